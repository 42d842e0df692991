using Gateway.ChainBridge;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Outcome = Gateway.DevNet.Chain.Transactions.SubmissionOutcome;

namespace Gateway.DevNet.Tests.Payouts;

/// <summary>A signer on the simulated chain, which makes a block when a test says so. The signer can die at any move of
/// the books and begins again with its own log.</summary>
internal sealed class SignerRig : IAsyncDisposable
{
    public const long Float = 50_000_000_000;
    public const int Era = 64;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-signer-");
    private readonly ChainHost _host;
    private readonly ApproverKey[] _approvers;
    private SignerOptions _options;
    private SweepPorts? _sweeps;
    private int _orders;

    private SignerRig(ChainHost host, IReadOnlyList<int> ports)
    {
        _host = host;
        _approvers = [.. new[] { "a", "b", "c" }.Select(name => ApproverKey.Open(FileOf(name)))];
        _options = new()
        {
            Folder = FileOf("log"),
            Approvers = [.. _approvers.Take(2).Select((key, n) => new Approver($"person-{n}", key.Address))],
        };
        PayoutSigner.CreateKey(FileOf("hot"));
        Connection = ChainConnection.Open(
            new([.. ports.Select(port => host.Endpoints[port])]) { RequireAgreement = 2 },
            TimeProvider.System,
            new Random(1),
            NullLoggerFactory.Instance);
        Signer = Open();
    }

    public FakeTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public MemoryQueue Books { get; } = new();

    public ChainConnection Connection { get; }

    public PayoutSigner Signer { get; private set; }

    public DevChain Chain => _host.Chain;

    public PortFaultsOf Faults => new(_host);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public string LogFile => Path.Combine(_options.Folder, "payouts.log");

    /// <param name="specVersion">The runtime.</param>
    /// <param name="neurons">Of the one subnet; null: there is none.</param>
    /// <param name="isFunded">Whether the wallet has its float.</param>
    /// <param name="ports">The chain's ports that the signer takes for its nodes, in the order of preference; one twice
    /// makes two nodes that say the same. Two of all must agree.</param>
    public static async Task<SignerRig> StartAsync(
        uint specVersion = 224,
        IReadOnlyList<GenesisNeuron>? neurons = null,
        bool isFunded = true,
        IReadOnlyList<int>? ports = null)
    {
        var options = new DevNet.Chain.ChainOptions
        {
            SpecVersion = specVersion,
            BlockTime = TimeSpan.FromHours(1),
            Subnets = neurons is null ? [] : [new SubnetTerms(7, AccountId.OfUri("//Owner")) { Neurons = neurons }],
        };
        var rig = new SignerRig(
            await ChainHost.StartAsync(options, 0, TimeProvider.System, NullLogger.Instance, Token), ports ?? [0, 1]);
        rig.Produce(3);
        if (isFunded)
        {
            rig.Give(rig.Signer.Wallet, Float);
        }

        return rig;
    }

    /// <summary>Sends coins from the faucet, and makes them final.</summary>
    public string Give(string address, long rao)
    {
        var hash = _host.Faucet.Send(new AccountId(Bytes(address)), (ulong)rao).Hash.ToString();
        Produce(4);
        return hash;
    }

    /// <summary>Takes all that an account has, so that it is no account any more.</summary>
    public void Empty(string uri)
    {
        using var key = Sr25519Keypair.FromUri(uri);
        var runtime = Chain.Best.Runtime;
        var call = RuntimeCall.Of(
            runtime.Metadata, "Balances", "transfer_all",
            ("dest", RuntimeCall.AddressOf(AccountId.OfUri("//Alice").ToArray())),
            ("keep_alive", ScaleValue.Of(false)));
        var signed = ExtrinsicSigner.Sign(
            runtime.ToContext(Chain.Genesis), call, TransactionTerms.Immortal(0), key);
        Assert.Equal(Outcome.Taken, Chain.Submit(signed.Bytes.ToArray()).Outcome);
        Produce(4);
    }

    public void Produce(int blocks)
    {
        for (var left = blocks; left > 0; left--)
        {
            _ = Chain.Produce();
        }
    }

    /// <summary>An account that nobody has used.</summary>
    public string NewAccount() =>
        AccountId.OfUri($"//Payee//{++_orders}").ToString();

    /// <summary>A refund with the proofs of two approvers.</summary>
    public PayoutOrder Refund(long rao, string? destination = null)
    {
        var order = new PayoutOrder
        {
            Id = $"pay_{++_orders}",
            Kind = OrderKind.Refund,
            Destination = destination ?? NewAccount(),
            Amount = new(rao),
            RequestedBy = "key_1",
            Parts = [new("lot_1", new(rao), new(7))],
        };
        return Approve(order, 0, 1);
    }

    /// <summary>The order with proofs of some of three approvers, of which the third is on nobody's list.</summary>
    public PayoutOrder Approve(PayoutOrder order, params int[] approvers) => order with
    {
        Approvals = [.. approvers.Select(n => new OrderApproval($"person-{n}", _approvers[n].Prove(order)))],
    };

    /// <summary>A miner's payout.</summary>
    public PayoutOrder Miner(AccountId hotkey, string destination, long rao) => new()
    {
        Id = $"pay_{++_orders}",
        Kind = OrderKind.Miner,
        Destination = destination,
        Amount = new(rao),
        RequestedBy = "gateway",
        Parts = [new($"miner_payable/7/{hotkey}", new(rao), default)],
        Miner = new Hotkey(hotkey.ToString()),
    };

    /// <summary>What an account has at the best block.</summary>
    public long Free(string address)
    {
        var block = Chain.Best;
        var record = new AccountRecord(block.State.Read(
            block.Layout.Metadata, "System", "Account", new AccountId(Bytes(address)).ToValue())!);
        return (long)record.Free;
    }

    public void Change(Func<SignerOptions, SignerOptions> change)
    {
        _options = change(_options);
        Restart();
    }

    /// <summary>Lets the signer sweep.</summary>
    public void Sweep(SweepPorts ports, string cold)
    {
        _sweeps = ports;
        Change(options => options with { Cold = cold });
    }

    /// <summary>The account of a key, made where it is missing.</summary>
    public string KeyOf(string name)
    {
        using var key = ApproverKey.Open(FileOf(name));
        return key.Address;
    }

    /// <summary>The process ends and another begins.</summary>
    public void Restart()
    {
        Signer.Dispose();
        Signer = Open();
    }

    /// <summary>The log is lost with its machine.</summary>
    public void LoseLog()
    {
        Signer.Dispose();
        Directory.Delete(_options.Folder, recursive: true);
        Signer = Open();
    }

    public Sr25519Keypair HotKey()
    {
        using var secret = KeyFile.Read(FileOf("hot"));
        return Sr25519Keypair.FromMiniSecret(secret.Span);
    }

    public string FileOf(string name) => Path.Combine(_folder.FullName, name);

    /// <summary>A round, and another when the connection was not there yet.</summary>
    public async Task RoundAsync()
    {
        while (true)
        {
            try
            {
                await Signer.RoundAsync(Token);
                return;
            }
            catch (RpcException failure) when (failure.Code == 0)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            }
        }
    }

    /// <summary>Rounds and blocks in turn, also of a signer that gets no answer it can use.</summary>
    public async Task RunOnAsync(int rounds = 12)
    {
        for (var round = 0; round < rounds; round++)
        {
            try
            {
                await Signer.RoundAsync(Token);
            }
            catch (RpcException)
            {
                // A node that contradicts itself, or another, is no answer.
            }

            Produce(1);
        }
    }

    /// <summary>Blocks and rounds in turn until something is so; a signer that dies begins again.</summary>
    public async Task UntilAsync(Func<bool> isSo, int most = 400)
    {
        for (var round = 0; !isSo(); round++)
        {
            Assert.True(round < most, "It never came about.");
            try
            {
                await RoundAsync();
            }
            catch (CrashException)
            {
                Restart();
            }

            Produce(1);
        }
    }

    /// <summary>Rounds until the signer dies where <see cref="MemoryQueue.CrashAt"/> says.</summary>
    public async Task DieAsync(string step)
    {
        Books.CrashAt = step;
        for (var round = 0; Books.CrashAt is not null; round++)
        {
            Assert.True(round < 200, $"It never came to {step}.");
            try
            {
                await RoundAsync();
                Produce(1);
            }
            catch (CrashException)
            {
                Restart();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        Signer.Dispose();
        await Connection.DisposeAsync();
        await _host.DisposeAsync();
        foreach (var key in _approvers)
        {
            key.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    public static byte[] Bytes(string address)
    {
        var account = new byte[32];
        Assert.True(Ss58.TryDecode(address, account));
        return account;
    }

    private PayoutSigner Open() => PayoutSigner.Open(
        FileOf("hot"), Connection, new(Books, Books) { Sweeps = _sweeps }, _options, Time, NullLoggerFactory.Instance);

    /// <summary>Faults of the chain's ports.</summary>
    internal readonly record struct PortFaultsOf(ChainHost Host)
    {
        public DevNet.Faults.PortFaults this[int port] => Host.FaultsOf(port);
    }
}
