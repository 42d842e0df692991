using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Gateway.ChainBridge;
using Gateway.ChainBridge.Metadata;
using Gateway.Core;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.JsonRpc;
using Gateway.DevNet.Tests.Chain;
using Microsoft.Extensions.Logging.Abstractions;
using ChainOptions = Gateway.DevNet.Chain.ChainOptions;

namespace Gateway.DevNet.Tests.Subnets;

/// <summary>The gateway's metagraph against the simulated chain.</summary>
[SuppressMessage("Usage", "CA2213", Justification = "DisposeNodesAsync disposes them, earlier for some tests.")]
public sealed class MetagraphFeedTests : IAsyncDisposable
{
    private static readonly NetUid Four = new(4);

    private readonly string _folder = Directory.CreateTempSubdirectory("metagraph-").FullName;
    private readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private ChainHost? _host;
    private ChainConnection? _connection;

    [Fact]
    public async Task Every_neuron_is_what_the_chain_says()
    {
        await using var feed = await FollowAsync(SubnetChain.With(
        [
            SubnetChain.Neuron("//Bob", stake: 3_000_000_000, permit: true) with
            {
                Axon = System.Net.IPEndPoint.Parse("1.2.3.4:8091"), Incentive = 40000,
            },
            SubnetChain.Neuron("//Charlie") with { Axon = System.Net.IPEndPoint.Parse("[2606:4700::1111]:9000") },
            SubnetChain.Neuron("//Dave"),
        ]));
        var snapshot = feed.Current.Subnets[Four].Snapshot;
        Assert.Equal((20, 224u, 3), (snapshot.Tempo, snapshot.SpecVersion, snapshot.Neurons.Count));
        var (bob, charlie, dave) = (snapshot.Neurons[0], snapshot.Neurons[1], snapshot.Neurons[2]);
        Assert.Equal(TestChain.Account("//Bob//hot").ToString(), bob.Hotkey.Ss58);
        Assert.Equal(TestChain.Account("//Bob").ToString(), bob.Coldkey);
        Assert.Equal(("1.2.3.4", 8091), (bob.Axon!.Address.ToString(), bob.Axon.Port));
        Assert.Equal(((ushort)40000, true, 3_000_000_000L), (bob.Incentive, bob.HasValidatorPermit, bob.Stake));
        Assert.Equal("2606:4700::1111", charlie.Axon!.Address.ToString());
        Assert.Null(dave.Axon);
        Assert.False(feed.Current.Subnets.ContainsKey(new NetUid(9)));
    }

    [Fact]
    public async Task A_move_is_seen_soon_and_a_uid_that_another_gets_brings_nothing_along()
    {
        GenesisNeuron[] neurons =
            [SubnetChain.Neuron("//Bob"), SubnetChain.Neuron("//Dave"), SubnetChain.Neuron("//Eve")];
        await using var feed = await FollowAsync(SubnetChain.With(neurons, places: 3));
        using var sender = new Sender(_host!.Chain);
        sender.Serve("//Bob//hot", 0x01020304);
        var bob = await WaitAsync(feed, found => found[0].Axon is not null);
        sender.Register("//Charlie", "//Charlie//hot");
        var charlie = await WaitAsync(
            feed, found => found[0].Hotkey.Ss58 == TestChain.Account("//Charlie//hot").ToString());
        Assert.Equal(0, charlie[0].Uid);
        Assert.True(charlie[0].RegisteredAt > bob[0].RegisteredAt);
        Assert.Null(charlie[0].Axon);
    }

    [Fact]
    public async Task A_subnet_of_which_most_hotkeys_change_at_once_is_held_as_it_was()
    {
        await using var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")], places: 1));
        using var sender = new Sender(_host!.Chain);
        sender.Register("//Charlie", "//Charlie//hot");
        var target = _host.Chain.Best.Number + 10;
        while (_host.Chain.Finalized.Number < target)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _ct);
        }

        Assert.Equal(
            TestChain.Account("//Bob//hot").ToString(), feed.Current.Subnets[Four].Snapshot.Neurons[0].Hotkey.Ss58);
        _ = await WaitAsync(feed, _ => feed.Current.Subnets[Four].Held is not null);
    }

    [Fact]
    public async Task Readers_see_one_state_or_the_next_and_never_a_mix()
    {
        await using var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_ct);
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => Read(feed, stop.Token), _ct)).ToArray();
        using var sender = new Sender(_host!.Chain);
        for (ushort i = 1; i <= 5; i++)
        {
            sender.Register("//Alice", $"//new{i}");
            _ = await WaitAsync(feed, neurons => neurons.Count == 1 + i);
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), Assert.True);
    }

    [Fact]
    public async Task A_state_outlives_the_process_and_becomes_stale_but_never_empty()
    {
        var genesis = "";
        await using (var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")])))
        {
            genesis = await _connection!.GenesisAsync(_ct);
        }

        await DisposeNodesAsync();
        await using var lonely = ChainConnection.Open(
            new ChainBridge.ChainOptions([new Uri("ws://127.0.0.1:9")]) { RequireAgreement = 1, Genesis = genesis },
            TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        await using var later = MetagraphFeed.Open(
            lonely, Options(TimeSpan.FromMilliseconds(1)), TimeProvider.System, NullLoggerFactory.Instance);
        var neurons = await WaitAsync(later, _ => later.Current.Subnets[Four].IsStale);
        Assert.Equal(TestChain.Account("//Bob//hot").ToString(), neurons[0].Hotkey.Ss58);
        Assert.Equal(TestChain.Account("//Bob").ToString(), neurons[0].Coldkey);
    }

    [Theory]
    [InlineData(long.MaxValue, 4_000_000_000)]
    [InlineData(3_999_999_999, 4_000_000_000)]
    public async Task A_lie_that_an_earlier_run_kept_does_not_outlive_it(long lastEpoch, long block)
    {
        var genesis = "";
        await using (var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")])))
        {
            genesis = await _connection!.GenesisAsync(_ct);
        }

        var kept = new Neuron(0, new Hotkey(TestChain.Account("//Liar").ToString()), "5Liar", 1);
        new ChainBridge.Metagraph.SnapshotStore(_folder).Write(
            new SubnetSnapshot(Four, block, "0x" + new string('7', 64), 224, [kept])
            {
                Tempo = 20,
                LastEpoch = lastEpoch,
                ReadAt = TimeProvider.System.GetUtcNow(),
            },
            genesis);

        await using var later = MetagraphFeed.Open(
            _connection!, Options(TimeSpan.FromSeconds(12)), TimeProvider.System, NullLoggerFactory.Instance);
        var bob = TestChain.Account("//Bob//hot").ToString();
        _ = await WaitAsync(later, neurons => neurons[0].Hotkey.Ss58 == bob);
        Assert.InRange(later.Current.Subnets[Four].Snapshot.Block, 0, _host!.Chain.Finalized.Number);
    }

    [Fact]
    public async Task A_head_that_the_preferred_node_alone_tells_is_none()
    {
        _host = await StartAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")]) with
        {
            BlockTime = TimeSpan.FromMilliseconds(50),
        });
        _host.FaultsOf(0).LiesAboutHashes = true;
        var (liar, honest) = (_host.Endpoints[0], _host.Endpoints[1]);
        _connection = ChainConnection.Open(
            new ChainBridge.ChainOptions([liar, honest, new Uri(honest, "/again")]) { RequireAgreement = 2 },
            TimeProvider.System, new Random(1), NullLoggerFactory.Instance);
        await using var feed = MetagraphFeed.Open(
            _connection, Options(TimeSpan.FromSeconds(12)), TimeProvider.System, NullLoggerFactory.Instance);
        _ = await WaitAsync(feed, neurons => neurons.Count == 1);

        var taken = feed.Current.Subnets[Four].Snapshot;
        Assert.Equal(_host.Chain.At((uint)taken.Block)!.Hash.ToString(), taken.BlockHash);
        _host.FaultsOf(1).LiesAboutFinality = true;
        _host.FaultsOf(0).LiesAboutFinality = true;
        var version = feed.Current.Version;
        using var sender = new Sender(_host.Chain);
        sender.Register("//Alice", "//one");
        var registered = _host.Chain.Best.Number + 8;
        while (_host.Chain.Finalized.Number < registered)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _ct);
        }

        Assert.InRange(feed.Current.Version, version, version + 1);
        Assert.Single(feed.Current.Subnets[Four].Snapshot.Neurons);
        _host.FaultsOf(1).LiesAboutFinality = false;
        _ = await WaitAsync(feed, neurons => neurons.Count == 2);
    }

    [Fact]
    public async Task Lost_connections_only_delay()
    {
        await using var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        _host!.FaultsOf(0).DisconnectEvery = 60;
        using var sender = new Sender(_host.Chain);
        sender.Register("//Alice", "//one");
        _ = await WaitAsync(feed, neurons => neurons.Count == 2);
    }

    [Fact]
    public async Task A_hundred_and_twenty_eight_full_subnets_are_read_whole()
    {
        const int Subnets = 128;
        const int Places = 256;
        var terms = Enumerable.Range(1, Subnets).Select(number => Full((ushort)number, Places)).ToArray();
        _host = await StartAsync(new ChainOptions { Subnets = terms, BlockTime = TimeSpan.FromHours(1) });
        _host.Chain.FinalityLag = 0;
        _ = _host.Chain.Produce();
        await using var feed = MetagraphFeed.Open(
            Connect(),
            new MetagraphOptions([.. terms.Select(one => new NetUid(one.NetUid))])
            {
                PollEvery = TimeSpan.FromSeconds(1),
            },
            TimeProvider.System,
            NullLoggerFactory.Instance);
        var started = Stopwatch.GetTimestamp();
        while (feed.Current.Subnets.Count < Subnets)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, _ct);
        }

        var took = Stopwatch.GetElapsedTime(started);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Subnets} subnets of {Places} neurons in {took.TotalSeconds:0.00} s"));

        Assert.Equal(Subnets, feed.Current.Subnets.Count);
        foreach (var one in terms)
        {
            var neurons = feed.Current.Subnets[new NetUid(one.NetUid)].Snapshot.Neurons;
            Assert.Equal(
                one.Neurons.Select(neuron => neuron.Hotkey.ToString()), neurons.Select(neuron => neuron.Hotkey.Ss58));
            Assert.Equal(one.Neurons.Select(neuron => neuron.Axon!.Port), neurons.Select(neuron => neuron.Axon!.Port));
        }
    }

    [Fact]
    public async Task The_catalogue_tells_what_subnets_say_of_themselves()
    {
        await using var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        var catalogue = await feed.CatalogueAsync(_ct);
        Assert.Equal([0, 1, 4], catalogue.Select(one => (int)one.NetUid.Value));
        var four = catalogue[2];
        Assert.Equal(("Tests", 20, 1, 1_000_000_000L), (four.Name, four.Tempo, four.Neurons, four.Price.Value));
        Assert.Equal("\u03c4", four.Symbol);
    }

    [Fact]
    public async Task What_the_runtime_lacks_is_not_told_and_what_it_has_is()
    {
        await using var feed = await FollowAsync(SubnetChain.With([SubnetChain.Neuron("//Bob")]));
        var facts = await feed.FactsAsync(_ct);
        Assert.True(facts.Supply!.Value.Value > 0);
        Assert.NotNull(facts.Staked);
        Assert.Equal(3, facts.Subnets.Count);
        Assert.Contains("Triumvirate", facts.Governance);
        Assert.DoesNotContain("Democracy", facts.Governance);
        Assert.Empty(facts.Proposals!);
        Assert.Equal("20", facts.Rules[new NetUid(4)]["Tempo"]);
        Assert.False(facts.Rules[new NetUid(4)].ContainsKey("NoSuchRule"));
    }

    [Fact]
    public void The_runtimes_own_answer_has_the_layout_of_later_runtimes()
    {
        var folder = Environment.GetEnvironmentVariable("CHAIN_DATA");
        Assert.SkipUnless(folder is not null, "CHAIN_DATA names no folder with recorded chain data.");
        using var chain = new SubnetChain(SubnetChain.With(
            [SubnetChain.Neuron("//Bob", stake: 5), SubnetChain.Neuron("//Charlie")]));
        Assert.Null(chain.Serve("//Charlie//hot", 0x01020304));
        var later = MetadataReader.Read(File.ReadAllBytes(Path.Combine(folder, "subtensor-v343-metadata-v15.scale")));
        var neurons = later.Types.Decode(
            later.Api("NeuronInfoRuntimeApi", "get_neurons_lite").Output,
            NeuronInfos.GetNeuronsLite(chain.Inner.Chain.Best, [4, 0])).Items;
        Assert.Equal(2, neurons.Length);
        Assert.Equal(TestChain.Account("//Bob//hot").ToValue(), neurons[0]["hotkey"]);
        Assert.Equal(5UL, neurons[0]["stake"][0][1].ToUInt64());
        Assert.Equal((0x01020304UL, 8091), (
            neurons[1]["axon_info"]["ip"].ToUInt64(), neurons[1]["axon_info"]["port"].ToUInt16()));
        Assert.Equal([0], NeuronInfos.GetNeuronsLite(chain.Inner.Chain.Best, [9, 0]));
    }

    public async ValueTask DisposeAsync()
    {
        await DisposeNodesAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static bool Read(MetagraphFeed feed, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var neurons = feed.Current.Subnets[Four].Snapshot.Neurons;
            for (var uid = 0; uid < neurons.Count; uid++)
            {
                if (neurons[uid].Uid != uid || neurons[uid].Hotkey.Ss58.Length == 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    private static SubnetTerms Full(ushort netuid, int places)
    {
        var owner = new AccountId([.. BitConverter.GetBytes(netuid), .. new byte[30]]);
        return new SubnetTerms(netuid, owner)
        {
            Neurons =
            [
                .. Enumerable.Range(0, places).Select(uid =>
                {
                    var key = new byte[32];
                    (key[0], key[1], key[2], key[3]) = ((byte)netuid, (byte)(netuid >> 8), (byte)uid, 1);
                    return new GenesisNeuron(new AccountId(key), owner)
                    {
                        Axon = new System.Net.IPEndPoint(new System.Net.IPAddress([1, 2, 3, (byte)uid]), 8000 + uid),
                    };
                }),
            ],
        };
    }

    private async Task<MetagraphFeed> FollowAsync(ChainOptions options)
    {
        _host = await StartAsync(options with { BlockTime = TimeSpan.FromMilliseconds(50) });
        var feed = MetagraphFeed.Open(
            Connect(), Options(TimeSpan.FromSeconds(12)), TimeProvider.System, NullLoggerFactory.Instance);
        await feed.ReadyAsync(_ct);
        return feed;
    }

    private Task<ChainHost> StartAsync(ChainOptions options) =>
        ChainHost.StartAsync(options, port: 0, TimeProvider.System, NullLogger.Instance, _ct);

    private ChainConnection Connect() => _connection = ChainConnection.Open(
        new ChainBridge.ChainOptions([_host!.Endpoints[0]]) { RequireAgreement = 1 },
        TimeProvider.System, new Random(1), NullLoggerFactory.Instance);

    private MetagraphOptions Options(TimeSpan blockTime) => new([Four, new NetUid(9)])
    {
        Folder = _folder,
        BlockTime = blockTime,
        PollEvery = TimeSpan.FromMilliseconds(20),
    };

    private async Task<IReadOnlyList<Neuron>> WaitAsync(MetagraphFeed feed, Func<IReadOnlyList<Neuron>, bool> until)
    {
        while (true)
        {
            if (feed.Current.Subnets.TryGetValue(Four, out var view) && until(view.Snapshot.Neurons))
            {
                return view.Snapshot.Neurons;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, _ct);
        }
    }

    private async Task DisposeNodesAsync()
    {
        if (_connection is { } connection)
        {
            _connection = null;
            await connection.DisposeAsync();
        }

        if (_host is { } host)
        {
            _host = null;
            await host.DisposeAsync();
        }
    }
}
