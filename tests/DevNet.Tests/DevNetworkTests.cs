using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Core;
using Gateway.DevNet.Miners;
using Gateway.DevNet.Tests.Miners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests;

public sealed class DevNetworkTests
{
    private static readonly OrgId Org = new(Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057"));
    private static readonly FxRate Rate = new(400_000);

    [Fact]
    public async Task Two_networks_with_one_seed_have_the_same_hotkeys_and_answers()
    {
        using var caller = new Caller();
        await using var first = await NetworkFixture.StartAsync(7, caller);
        await using var second = await NetworkFixture.StartAsync(7, caller);
        await using var other = await NetworkFixture.StartAsync(8, caller);
        Assert.Equal(first.Miners.Select(miner => miner.Hotkey), second.Miners.Select(miner => miner.Hotkey));
        Assert.Empty(first.Miners.Select(miner => miner.Hotkey).Intersect(other.Miners.Select(miner => miner.Hotkey)));
        Assert.Empty(first.Miners.Select(miner => miner.Axon).Intersect(second.Miners.Select(miner => miner.Axon)));

        var answers = await FiguresAsync(caller, first);
        Assert.Equal(answers, await FiguresAsync(caller, second));
        Assert.NotEqual(answers, await FiguresAsync(caller, other));
    }

    [Fact]
    public async Task Starting_is_fast_and_stopping_frees_the_ports()
    {
        using var caller = new Caller();
        await (await NetworkFixture.StartAsync(1, caller)).DisposeAsync();
        var started = Stopwatch.GetTimestamp();
        var network = await NetworkFixture.StartAsync(1, caller);
        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(0.5));
        await network.DisposeAsync();
        await network.DisposeAsync();
        foreach (var miner in network.Miners)
        {
            using var socket = new TcpClient();
            await Assert.ThrowsAsync<SocketException>(async () =>
                await socket.ConnectAsync("127.0.0.1", miner.Axon.Port, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task Stopping_lets_an_answer_under_way_end()
    {
        using var caller = new Caller();
        var network = await NetworkFixture.StartAsync(1, caller);
        var slow = network.Miners.Single(miner => miner.Kind == "slow");
        var answer = caller.AnswerAsync(slow, "2+2");
        while (network.Servers[slow.Uid].Tally.Running == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        await Task.Delay(TimeSpan.FromMilliseconds(600), TimeProvider.System, TestContext.Current.CancellationToken);
        await network.DisposeAsync();
        Assert.Equal("2+2 is 4.", await answer);
    }

    [Fact]
    public async Task The_hosts_own_addresses_do_not_leak_into_the_miners()
    {
        const string Name = "ASPNETCORE_URLS";
        var before = Environment.GetEnvironmentVariable(Name);
        Environment.SetEnvironmentVariable(Name, "http://127.0.0.1:1");
        try
        {
            using var caller = new Caller();
            await using var network = await NetworkFixture.StartAsync(1, caller);
            Assert.All(network.Miners, miner => Assert.NotEqual(1, miner.Axon.Port));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Name, before);
        }
    }

    [Fact]
    public async Task A_cancelled_start_throws()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DevNetwork.StartAsync(
            new DevNetOptions(1, []), TimeProvider.System, NullLoggerFactory.Instance, cancelled.Token));
    }

    [Fact]
    public async Task The_demo_credit_is_five_dollars_and_the_same_for_the_same_seed_and_organisation()
    {
        using var caller = new Caller();
        await using var first = await NetworkFixture.StartAsync(7, caller);
        await using var second = await NetworkFixture.StartAsync(7, caller);
        await using var other = await NetworkFixture.StartAsync(8, caller);
        var credit = first.DemoCredit(Org, Rate);
        Assert.Equal(new NanoUsd(5_000_000_000), credit.Rate.ToCredit(credit.Amount));
        Assert.Equal("400.00", credit.Rate.ToUsdPerTao());
        Assert.Equal((1, 0), (credit.Height, credit.EventIndex));
        Assert.Equal(credit with { BlockTime = default }, second.DemoCredit(Org, Rate) with { BlockTime = default });
        Assert.NotEqual(credit.Genesis, other.DemoCredit(Org, Rate).Genesis);
        Assert.Equal(credit.Address, other.DemoCredit(Org, Rate).Address);
    }

    [Fact]
    public async Task Another_organisation_has_another_block_and_address_on_the_same_chain()
    {
        using var caller = new Caller();
        await using var network = await NetworkFixture.StartAsync(7, caller);
        var (one, two) = (network.DemoCredit(Org, Rate), network.DemoCredit(OrgId.Create(TimeProvider.System), Rate));
        Assert.Equal(one.Genesis, two.Genesis);
        Assert.NotEqual(one.BlockHash, two.BlockHash);
        Assert.NotEqual(one.Address, two.Address);
        Assert.Matches("^0x[0-9a-f]{64}$", one.Genesis);
        Assert.Matches("^0x[0-9a-f]{64}$", one.BlockHash);
        Assert.Matches("^5[1-9A-HJ-NP-Za-km-z]{47}$", one.Address);
    }

    private static async Task<List<string>> FiguresAsync(Caller caller, DevNetwork network)
    {
        var weak = network.Miners.First(miner => miner.Models is [var only] && only == MinerProfile.Small);
        var answers = new List<string>();
        for (var number = 0; number < 30; number++)
        {
            answers.Add(await caller.AnswerAsync(weak, $"{number} + 654321"));
        }

        return answers;
    }
}
