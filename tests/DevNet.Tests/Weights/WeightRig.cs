using Gateway.ChainBridge;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Weights;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Chain.Transactions;
using Gateway.DevNet.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Weights;

/// <summary>A validator's setter on the simulated chain, which makes a block when a test says so. It can die between
/// any two rounds, and in the middle of the line it writes, and begins again with its own log.</summary>
internal sealed class WeightRig : IAsyncDisposable, IWeightSource
{
    /// <summary>A subnet whose weights are committed first, and one in the open.</summary>
    public const ushort Hidden = 7, Plain = 9;

    private readonly DirectoryInfo _folder;
    private readonly ChainHost _host;
    private readonly KeyRing _keys;
    private readonly ChainConnection _connection;
    private readonly WeightOptions _options;

    private WeightRig(DirectoryInfo folder, ChainHost host, KeyRing keys, IEnumerable<ushort> netuids)
    {
        (_folder, _host, _keys) = (folder, host, keys);
        _connection = ChainConnection.Open(
            new(host.Endpoints) { RequireAgreement = 2 }, TimeProvider.System, new Random(1),
            NullLoggerFactory.Instance);
        _options = new([.. netuids.Select(netuid => new WeighedSubnet(new NetUid(netuid), 0))])
        {
            Folder = Path.Combine(_folder.FullName, "log"),
        };
        Setter = Open();
    }

    public WeightSetter Setter { get; private set; }

    /// <summary>What the source says of each subnet: shares of its miners, from uid 1 on.</summary>
    public Dictionary<ushort, long[]> Opinions { get; } = [];

    /// <summary>How often the source was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>What is told of miners beside the opinions.</summary>
    public List<MinerWeight> Strangers { get; } = [];

    public DevChain Chain => _host.Chain;

    public AccountId Validator => new(_keys.Keypair.PublicKey);

    public string LogFile => Path.Combine(_options.Folder, "weights.log");

    public SubnetState State => new(new TypedState(Chain.Best.Layout.Metadata, new StateOverlay(Chain.Best.State)));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<WeightRig> StartAsync(bool permit = true, params ushort[] netuids)
    {
        var used = netuids.Length > 0 ? netuids : new[] { Hidden, Plain };
        var folder = Directory.CreateTempSubdirectory("gateway-weights-");
        var keys = KeyRing.Generate(Path.Combine(folder.FullName, "validator-hotkey"));
        GenesisNeuron[] neurons =
        [
            new(new AccountId(keys.Keypair.PublicKey), AccountId.OfUri("//Owner"), Stake: 1_000_000_000, permit),
            .. Enumerable.Range(1, 3).Select(n => new GenesisNeuron(Hotkey(n), AccountId.OfUri($"//Owner//{n}"))),
        ];
        var options = new DevNet.Chain.ChainOptions
        {
            BlockTime = TimeSpan.FromHours(1),
            Subnets =
            [
                .. used.Select(netuid => new SubnetTerms(netuid, AccountId.OfUri("//Owner"))
                {
                    Neurons = neurons, CommitsWeights = netuid == Hidden,
                }),
            ],
        };
        var host = await ChainHost.StartAsync(options, 0, TimeProvider.System, NullLogger.Instance, Token);
        var rig = new WeightRig(folder, host, keys, used);
        rig.Produce(3);
        return rig;
    }

    public static AccountId Hotkey(int miner) => AccountId.OfUri($"//Miner//{miner}");

    public Task<IReadOnlyList<MinerWeight>> WeighAsync(NetUid netUid, CancellationToken cancellationToken)
    {
        Asked++;
        return Task.FromResult<IReadOnlyList<MinerWeight>>(
        [
            .. Opinions.GetValueOrDefault(netUid.Value, []).Select((weight, n) =>
                new MinerWeight(new Hotkey(Hotkey(n + 1).ToString()), 0, weight)),
            .. Strangers,
        ]);
    }

    public void Produce(int blocks)
    {
        for (var left = blocks; left > 0; left--)
        {
            _ = Chain.Produce();
        }
    }

    /// <summary>A round, and another when the connection was not there yet.</summary>
    public async Task RoundAsync()
    {
        while (true)
        {
            try
            {
                await Setter.RoundAsync(Token);
                return;
            }
            catch (Exception failure) when (IsNoConnection(failure))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
            }
        }
    }

    /// <summary>A round and a block in turn until something is so.</summary>
    public async Task UntilAsync(Func<bool> isSo, int most = 200)
    {
        for (var round = 0; !isSo(); round++)
        {
            Assert.True(round < most, $"It never came about.\n{string.Join('\n', LogLines())}");
            await RoundAsync();
            Produce(1);
        }
    }

    /// <summary>The process ends and another begins.</summary>
    public void Restart()
    {
        Setter.Dispose();
        Setter = Open();
    }

    /// <summary>The process ended while it wrote its last line, of which only some bytes are on the disk.</summary>
    public void Tear(Random random)
    {
        Setter.Dispose();
        var bytes = File.ReadAllBytes(LogFile);
        var line = Array.LastIndexOf(bytes, (byte)'\n', bytes.Length - 2) + 1;
        using (var file = new FileStream(LogFile, FileMode.Open))
        {
            file.SetLength(random.Next(line, bytes.Length));
        }

        Setter = Open();
    }

    public string[] LogLines() =>
        File.Exists(LogFile) ? ReadShared().Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];

    /// <summary>The events of SubtensorModule by this name, with their block, on the best chain.</summary>
    public List<(uint Block, ChainEvent Event)> Told(string name)
    {
        var told = new List<(uint, ChainEvent)>();
        for (var height = 1u; height <= Chain.Best.Number; height++)
        {
            told.AddRange(TestChain.Events(Chain.At(height)!)
                .Where(one => one.Is(SubnetState.Pallet, name)).Select(one => (height, one)));
        }

        return told;
    }

    /// <summary>Somebody else who has the hotkey sends something that costs it nothing.</summary>
    public void SendForeign(ScaleValue.Case call)
    {
        var runtime = Chain.Best.Runtime;
        var signed = ExtrinsicSigner.Sign(
            runtime.ToContext(Chain.Genesis), call, TransactionTerms.Immortal(Chain.NextNonce(Validator)),
            _keys.Keypair);
        Assert.Equal(SubmissionOutcome.Taken, Chain.Submit(signed.Bytes.ToArray()).Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        Setter.Dispose();
        _keys.Dispose();
        await _connection.DisposeAsync();
        await _host.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static bool IsNoConnection(Exception failure) => failure is RpcException { Code: 0 }
        || (failure is AggregateException all && all.InnerExceptions.All(one => one is RpcException { Code: 0 }));

    private string ReadShared()
    {
        using var stream = new FileStream(LogFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private WeightSetter Open() =>
        WeightSetter.Open(_keys, _connection, this, _options, TimeProvider.System, NullLoggerFactory.Instance);
}
