using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>A chain that makes a block when a test says so, and transactions for it.</summary>
internal sealed class TestChain : IDisposable
{
    private readonly Dictionary<string, Sr25519Keypair> _pairs = [];

    public TestChain(ChainOptions? options = null) =>
        Chain = DevChain.Open(options ?? new ChainOptions(), new FakeTimeProvider(), NullLogger.Instance);

    public DevChain Chain { get; }

    public DevRuntime Runtime => Chain.Best.Runtime;

    public static AccountId Account(string uri) => AccountId.OfUri(uri);

    public ulong Free(string uri) => Record(Account(uri)).Free;

    public AccountRecord Record(AccountId who) => new(
        Chain.Best.State.Read(Chain.Best.Layout.Metadata, "System", "Account", who.ToValue())!);

    public ScaleValue.Case Transfer(string call, string to, ulong amount) => RuntimeCall.Of(
        Runtime.Metadata,
        "Balances",
        call,
        ("dest", RuntimeCall.AddressOf(Account(to).ToArray())),
        ("value", ScaleValue.Of(amount)));

    public ScaleValue.Case TransferAll(string to, bool keepAlive) => RuntimeCall.Of(
        Runtime.Metadata,
        "Balances",
        "transfer_all",
        ("dest", RuntimeCall.AddressOf(Account(to).ToArray())),
        ("keep_alive", ScaleValue.Of(keepAlive)));

    public ScaleValue.Case Remark(byte mark = 0) =>
        RuntimeCall.Of(Runtime.Metadata, "System", "remark", ("remark", ScaleValue.Of([mark])));

    public byte[] Sign(string uri, ScaleValue.Case call, TransactionTerms? terms = null)
    {
        if (!_pairs.TryGetValue(uri, out var pair))
        {
            _pairs.Add(uri, pair = Sr25519Keypair.FromUri(uri));
        }

        terms ??= TransactionTerms.Immortal(Chain.NextNonce(Account(uri)));
        return ExtrinsicSigner.Sign(Runtime.ToContext(Chain.Genesis), call, terms, pair).Bytes.ToArray();
    }

    /// <summary>Puts a call into a block of its own and reads the block's events.</summary>
    public List<ChainEvent> Run(string uri, ScaleValue.Case call)
    {
        var answer = Chain.Submit(Sign(uri, call));
        Assert.True(answer.Outcome == SubmissionOutcome.Taken, answer.Reason);
        return Events(Chain.Produce());
    }

    /// <summary>The events of a block, in the layout it ran under.</summary>
    public static List<ChainEvent> Events(Block block)
    {
        var metadata = block.Layout.Metadata;
        var raw = block.State.Find(ChainBridge.Metadata.StorageKeys.Of(metadata, "System", "Events"))!;
        return EventScan.ForAll(metadata).Read(raw);
    }

    public void Dispose()
    {
        Chain.Dispose();
        foreach (var pair in _pairs.Values)
        {
            pair.Dispose();
        }
    }
}
