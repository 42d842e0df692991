using Gateway.ChainBridge;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Watcher;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>A simulated chain that makes a block when a test says so, its two ports, and watchers of it.</summary>
internal sealed class WatchedChain : IAsyncDisposable
{
    private static readonly RpcOptions Impatient = new()
    {
        ShortestPause = TimeSpan.FromMilliseconds(10),
        LongestPause = TimeSpan.FromMilliseconds(50),
    };

    private static readonly WatcherOptions Quick = new()
    {
        RecheckPause = TimeSpan.FromMilliseconds(1),
        RetryPause = TimeSpan.FromMilliseconds(1),
        PollEvery = TimeSpan.FromMilliseconds(50),
        ReconcileEvery = 1,
        ReconcileAgain = 1,
    };

    private readonly Dictionary<string, Sr25519Keypair> _pairs = [];

    private WatchedChain(ChainHost host, int agreement)
    {
        Host = host;
        Connection = ChainConnection.Open(
            new Gateway.ChainBridge.ChainOptions(host.Endpoints) { RequireAgreement = agreement },
            Impatient, TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        Book = new MemoryBook(Parent);
    }

    /// <summary>2 of Alice, Bob and Charlie.</summary>
    public static string Parent { get; } = DepositTree.Multisig(
        ((string[])["//Alice", "//Bob", "//Charlie"]).Select(uri => Ss58.Encode(AccountId.OfUri(uri).ToArray())), 2);

    public ChainHost Host { get; }

    public DevChain Chain => Host.Chain;

    public ChainConnection Connection { get; }

    public MemorySink Sink { get; } = new();

    public MemoryBook Book { get; }

    public string Genesis => Chain.Genesis.ToString();

    public static async Task<WatchedChain> StartAsync(int agreement = 2, uint spec = 224, uint lag = 2)
    {
        var options = new Gateway.DevNet.Chain.ChainOptions
        {
            SpecVersion = spec,
            BlockTime = TimeSpan.FromHours(1),
            FinalityLag = lag,
        };
        var ct = TestContext.Current.CancellationToken;
        var host = await ChainHost.StartAsync(options, port: 0, TimeProvider.System, NullLogger.Instance, ct);
        var watched = new WatchedChain(host, agreement);
        await watched.Connection.ConnectAsync(ct);
        return watched;
    }

    public static string AddressAt(long place) => DepositTree.AddressOf(Parent, place);

    public static AccountId AccountOf(string address)
    {
        var account = new byte[Ss58.AccountLength];
        Assert.True(Ss58.TryDecode(address, account));
        return new AccountId(account);
    }

    /// <summary>Adds the address at a place to the book.</summary>
    public string Know(long place)
    {
        var address = AddressAt(place);
        Book.Add(address);
        return address;
    }

    /// <summary>A watcher that remembers nothing.</summary>
    public DepositWatcher NewWatcher() => new(
        DepositWatcher.NodesOf(Connection),
        Genesis,
        Sink,
        new AddressLookup(Book),
        (TimeProvider.System, Quick),
        NullLogger.Instance);

    public ChainFeed NewFeed() => new(
        Connection, Sink, Book, (TimeProvider.System, Quick), NullLogger<ChainFeed>.Instance)
    {
        FromGenesis = true,
    };

    /// <summary>Rounds of a watcher until it has no more to do.</summary>
    public async Task WatchAsync(DepositWatcher? watcher = null)
    {
        watcher ??= NewWatcher();
        while (await watcher.RoundAsync(fromGenesis: true, TestContext.Current.CancellationToken))
        {
        }
    }

    /// <summary>Makes blocks; with as many as finality is behind, what was sent before is final.</summary>
    public void Produce(int count)
    {
        for (var left = count; left > 0; left--)
        {
            _ = Chain.Produce();
        }
    }

    public ScaleValue.Case Transfer(string address, ulong amount) => Call(
        "Balances",
        "transfer_keep_alive",
        ("dest", RuntimeCall.AddressOf(AccountOf(address).ToArray())),
        ("value", ScaleValue.Of(amount)));

    public ScaleValue.Case Call(string pallet, string name, params (string, ScaleValue)[] arguments) =>
        RuntimeCall.Of(Chain.Best.Runtime.Metadata, pallet, name, arguments);

    public ScaleValue.Case Batch(string name, params ScaleValue[] calls) =>
        Call("Utility", name, ("calls", ScaleValue.ListOf(calls)));

    /// <summary>Hands a call to the chain's pool.</summary>
    public void Send(ScaleValue.Case call, string uri = "//Alice")
    {
        if (!_pairs.TryGetValue(uri, out var pair))
        {
            _pairs.Add(uri, pair = Sr25519Keypair.FromUri(uri));
        }

        var terms = TransactionTerms.Immortal(Chain.NextNonce(AccountId.OfUri(uri)));
        var context = Chain.Best.Runtime.ToContext(Chain.Genesis);
        var answer = Chain.Submit(ExtrinsicSigner.Sign(context, call, terms, pair).Bytes.ToArray());
        Assert.True(answer.Outcome == SubmissionOutcome.Taken, answer.Reason);
    }

    /// <summary>What the finalized blocks bring to an address, told by the simulator itself: block and event.</summary>
    public HashSet<(string Block, int Event)> Truth(Func<string, bool> isKnown)
    {
        var found = new HashSet<(string, int)>();
        for (var height = 1u; height <= Chain.Finalized.Number; height++)
        {
            Add(found, Chain.At(height)!, isKnown);
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync();
        await Host.DisposeAsync();
        foreach (var pair in _pairs.Values)
        {
            pair.Dispose();
        }
    }

    private static void Add(
        HashSet<(string Block, int Event)> found, DevNet.Chain.Blocks.Block block, Func<string, bool> isKnown)
    {
        foreach (var one in DevNet.Tests.Chain.TestChain.Events(block).Where(one => one.Is("Balances", "Transfer")))
        {
            if (one["amount"].ToUInt64() > 0 && isKnown(Ss58.Encode(one["to"].ToAccount().Span)))
            {
                Assert.True(found.Add((block.Hash.ToString(), one.Index)));
            }
        }
    }
}
