using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>The gateway's own chain client against the simulator. Both sides share a codec, so this says less than
/// <see cref="PolkadotJsTests"/>; it says that the two fit.</summary>
public sealed class BridgeClientTests
{
    private static readonly RpcOptions Impatient = new()
    {
        ShortestPause = TimeSpan.FromMilliseconds(20),
        LongestPause = TimeSpan.FromMilliseconds(100),
    };

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task It_transfers_before_and_after_an_upgrade_and_over_lost_connections(int disconnectEvery)
    {
        await using var host = await SimulatedChain.StartAsync(specVersion: 219);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var endpoint = new RpcEndpoint(
            host.Endpoints[1],
            new ExpectedChain(host.Chain.Genesis, "node-subtensor"),
            Impatient,
            TimeProvider.System,
            new Random(1),
            NullLogger.Instance);
        var running = endpoint.RunAsync(stop.Token);
        host.FaultsOf(1).DisconnectEvery = disconnectEvery;
        var before = AliceAt(host);

        var first = await TransferAsync(new NodeApi(endpoint), stop.Token);
        host.Chain.Upgrade(RuntimeCatalog.Get(224));
        while (host.Chain.Finalized.Layout.SpecVersion != 224)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, stop.Token);
        }

        var second = await TransferAsync(new NodeApi(endpoint), stop.Token);
        Assert.Equal((219u, 224u), (LayoutOf(host, first), LayoutOf(host, second)));
        Assert.Equal(before + 2_000_000, AliceAt(host));
        await stop.CancelAsync();
        await running;
    }

    private static async Task<TransactionFate.Included> TransferAsync(NodeApi node, CancellationToken ct)
    {
        while (true)
        {
            // A transaction that was lost with its connection is signed anew once it can never happen any more.
            if (await TryTransferAsync(node, ct) is TransactionFate.Included included)
            {
                Assert.True(included.Outcome.IsSuccess);
                return included;
            }
        }
    }

    private static async Task<TransactionFate> TryTransferAsync(NodeApi node, CancellationToken ct)
    {
        using var bob = Sr25519Keypair.FromUri("//Bob");
        var runtimes = new RuntimeSource();
        var head = await RetryAsync(() => node.FinalizedHeadAsync(ct));
        var header = await RetryAsync(() => node.HeaderAsync(head, ct));
        var runtime = await RetryAsync(() => runtimes.AtAsync(node, head, ct));
        var account = await RetryAsync(() => AccountState.ReadAsync(node, runtime, bob.PublicKey.ToArray(), head, ct));
        var call = RuntimeCall.Of(
            runtime.Metadata,
            "Balances",
            "transfer_keep_alive",
            ("dest", RuntimeCall.AddressOf(AccountId.OfUri("//Alice").ToArray())),
            ("value", ScaleValue.Of(1_000_000u)));
        var terms = new TransactionTerms(account.Nonce, Era.Mortal(header!.Number), head);
        var signed = ExtrinsicSigner.Sign(runtime, call, terms, bob);
        var follower = new TransactionFollower(node, runtimes, TimeProvider.System, TimeSpan.FromMilliseconds(50));
        var sent = false;
        return await RetryAsync(() =>
        {
            // Sent once: whether it arrived, only blocks can say.
            var following = sent
                ? follower.FollowAsync(signed, header.Number, ct)
                : follower.SendAsync(signed, header.Number, ct);
            sent = true;
            return following;
        });
    }

    // A call may be lost with its connection; asking again is the caller's affair.
    private static async Task<T> RetryAsync<T>(Func<Task<T>> ask)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await ask();
            }
            catch (RpcException failure) when (tries < 50 && failure.Code == 0)
            {
                await Task.Yield();
            }
        }
    }

    private static uint LayoutOf(ChainHost host, TransactionFate.Included included) =>
        host.Chain.Find(included.Block)!.Layout.SpecVersion;

    private static ulong AliceAt(ChainHost host)
    {
        var block = host.Chain.Best;
        var key = Gateway.ChainBridge.Metadata.StorageKeys.Of(
            block.Layout.Metadata, "System", "Account", AccountId.OfUri("//Alice").ToValue());
        return block.Layout.Metadata.Types
            .Decode(block.Layout.Metadata.Storage("System", "Account").Value, block.State.Find(key)!)["data"]["free"]
            .ToUInt64();
    }
}
