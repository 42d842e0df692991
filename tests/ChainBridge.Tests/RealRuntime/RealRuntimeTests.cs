using Gateway.ChainBridge.Addresses;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Tests.RealRuntime;

/// <summary>The chain client against a runtime that nobody here wrote.</summary>
[Trait("Needs", "node")]
public sealed class RealRuntimeTests(RealChain chain) : IClassFixture<RealChain>
{
    private const ulong Plenty = 100_000_000_000_000;
    private const ulong Amount = 1_000_000_000_000;
    private const ulong Weight = 5_000_000_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_transfer_arrives_and_both_balances_say_so()
    {
        var (alice, fresh) = (RealChain.AccountOf("//Alice"), RealChain.AccountOf("//transfer"));
        await chain.FundAsync(alice, Plenty, Token);

        var sent = await chain.SendAsync("//Alice", await TransferAsync(fresh, Amount), Token);

        Assert.True(sent.Outcome.IsSuccess);
        Assert.Equal(Amount, await chain.FreeAsync(fresh, Token));
        Assert.InRange(await chain.FreeAsync(alice, Token), Plenty - Amount - (Amount / 10), Plenty - Amount - 1);
    }

    [Fact]
    public async Task A_byte_that_is_not_signed_is_refused_by_the_runtime()
    {
        await chain.FundAsync(RealChain.AccountOf("//Bob"), Plenty, Token);
        var signed = await chain.SignAsync("//Bob", await TransferAsync(RealChain.AccountOf("//x"), Amount), Token);
        var bytes = signed.Bytes.ToArray();
        bytes[^1] ^= 1;

        var refusal = await Assert.ThrowsAsync<RpcException>(() => chain.Node.SubmitAsync(bytes, Token));

        Assert.Equal(RpcErrorCode.InvalidTransaction, refusal.Code);
    }

    [Fact]
    public async Task Equal_transfers_of_one_batch_are_two_events()
    {
        var to = RealChain.AccountOf("//batch");
        await chain.FundAsync(RealChain.AccountOf("//Charlie"), Plenty, Token);
        var transfer = await TransferAsync(to, Amount);

        var batch = await CallAsync("Utility", "batch_all", ("calls", ScaleValue.ListOf(transfer, transfer)));
        var sent = await chain.SendAsync("//Charlie", batch, Token);

        Assert.True(sent.Outcome.IsSuccess);
        var seen = await chain.TransfersAsync(sent.Block, Token);
        Assert.Equal(2, seen.Count(one => one.To.Span.SequenceEqual(to.Span) && one.Amount == Amount));
        Assert.Distinct(seen.Select(one => one.Index));
        Assert.Equal(2 * Amount, await chain.FreeAsync(to, Token));
    }

    [Fact]
    public async Task A_proxy_moves_another_accounts_funds_and_its_failure_is_seen_through_its_success()
    {
        var (dave, eve, to) = (
            RealChain.AccountOf("//Dave"), RealChain.AccountOf("//Eve"), RealChain.AccountOf("//proxied"));
        await chain.FundAsync(dave, Plenty, Token);
        await chain.FundAsync(eve, Plenty, Token);
        var added = await chain.SendAsync("//Dave", await CallAsync(
            "Proxy",
            "add_proxy",
            ("delegate", ScaleValue.Of(eve.Span)),
            ("proxy_type", ScaleValue.CaseOf("Any")),
            ("delay", ScaleValue.Of(0u))), Token);
        Assert.True(added.Outcome.IsSuccess);

        var good = await chain.SendAsync("//Eve", await ProxyAsync(dave, await TransferAsync(to, Amount)), Token);
        var bad = await chain.SendAsync("//Eve", await ProxyAsync(dave, await TransferAsync(to, Plenty)), Token);

        Assert.True(good.Outcome.IsSuccess);
        Assert.Equal(Amount, await chain.FreeAsync(to, Token));
        Assert.Equal("Proxy.ProxyExecuted", Assert.Single(bad.Outcome.Failures).Event);
    }

    [Fact]
    public async Task Two_of_three_sweep_what_two_deposit_addresses_of_their_multisig_hold()
    {
        string[] signatories = ["//one", "//two", "//three"];
        var parent = KeylessAccount.Multisig(signatories.Select(RealChain.AccountOf), threshold: 2);
        var cold = RealChain.AccountOf("//cold");
        ushort[] indices = [0, 256];
        await chain.FundAsync(cold, Plenty, Token);
        foreach (var index in indices)
        {
            await chain.FundAsync(KeylessAccount.Derivative(parent, index), Amount, Token);
        }

        await chain.FundAsync(RealChain.AccountOf("//one"), Plenty, Token);
        await chain.FundAsync(RealChain.AccountOf("//two"), Plenty, Token);
        var sweep = await SweepAsync(cold, indices);
        var first = await MultiAsync(signatories, "//one", sweep, first: null);
        var approved = await chain.SendAsync("//one", first, Token);
        var second = await MultiAsync(signatories, "//two", sweep, (approved.Number, approved.Index));
        var executed = await chain.SendAsync("//two", second, Token);

        Assert.Empty(approved.Outcome.Failures);
        Assert.Empty(executed.Outcome.Failures);
        var left = await Task.WhenAll(indices.Select(index =>
            chain.FreeAsync(KeylessAccount.Derivative(parent, index), Token)));

        // What keeps an account alive stays; all else is at cold, to the last unit.
        Assert.All(left, one => Assert.InRange(one, 1ul, Amount / 100));
        Assert.Equal(Plenty + (2 * Amount), await chain.FreeAsync(cold, Token) + left[0] + left[1]);
    }

    private async Task<ScaleValue.Case> CallAsync(
        string pallet, string call, params (string Name, ScaleValue Value)[] arguments) =>
        RuntimeCall.Of((await chain.RuntimeAsync(Token)).Metadata, pallet, call, arguments);

    private Task<ScaleValue.Case> TransferAsync(ReadOnlyMemory<byte> to, ulong amount) => CallAsync(
        "Balances",
        "transfer_keep_alive",
        ("dest", RuntimeCall.AddressOf(to.Span)),
        ("value", ScaleValue.Of(amount)));

    private Task<ScaleValue.Case> ProxyAsync(ReadOnlyMemory<byte> real, ScaleValue.Case call) => CallAsync(
        "Proxy",
        "proxy",
        ("real", ScaleValue.Of(real.Span)),
        ("force_proxy_type", ScaleValue.None),
        ("call", call));

    private async Task<ScaleValue.Case> SweepAsync(ReadOnlyMemory<byte> cold, IEnumerable<ushort> indices)
    {
        var transfer = await CallAsync(
            "Balances",
            "transfer_all",
            ("dest", RuntimeCall.AddressOf(cold.Span)),
            ("keep_alive", ScaleValue.Of(true)));
        var calls = new List<ScaleValue>();
        foreach (var index in indices)
        {
            calls.Add(await CallAsync("Utility", "as_derivative", ("index", ScaleValue.Of(index)), ("call", transfer)));
        }

        return await CallAsync("Utility", "batch_all", ("calls", ScaleValue.ListOf([.. calls])));
    }

    private async Task<ScaleValue.Case> MultiAsync(
        IEnumerable<string> signatories, string signer, ScaleValue.Case call, (uint Height, int Index)? first)
    {
        var metadata = (await chain.RuntimeAsync(Token)).Metadata;
        var others = signatories.Where(uri => uri != signer).Select(RealChain.AccountOf)
            .OrderBy(account => Convert.ToHexString(account.Span), StringComparer.Ordinal);
        var timepoint = first is var (height, index)
            ? ScaleValue.Some(ScaleValue.RecordOf(
                ("height", ScaleValue.Of(height)), ("index", ScaleValue.Of((uint)index))))
            : ScaleValue.None;
        var encoded = metadata.Types.Encode(metadata.Extrinsic.Call, call);

        // This runtime's calls are opaque: a length, then the call.
        return RuntimeCall.Of(
            metadata,
            "Multisig",
            "as_multi",
            ("threshold", ScaleValue.Of(2u)),
            ("other_signatories", ScaleValue.ListOf([.. others.Select(one => (ScaleValue)ScaleValue.Of(one.Span))])),
            ("maybe_timepoint", timepoint),
            ("call", new ScaleValue.Record(
                [new ScaleField(null, ScaleValue.Of((uint)encoded.Length)), new ScaleField(null, call)])),
            ("store_call", ScaleValue.Of(false)),
            ("max_weight", ScaleValue.Of(Weight)));
    }
}
