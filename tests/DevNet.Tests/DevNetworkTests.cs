using System.Diagnostics;
using System.Net.Sockets;
using Gateway.Core;
using Gateway.DevNet.Miners;
using Gateway.DevNet.Tests.Miners;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests;

public sealed class DevNetworkTests
{
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
    public async Task What_the_faucet_sends_is_final_at_once_where_that_is_wanted()
    {
        using var caller = new Caller();
        await using var network = await NetworkFixture.StartAsync(7, caller);
        const string Address = "5FAMWxMCYYaiBgZxzwK7WdtpNESgqEG6Q9TF2mkybmq12nQp";
        Assert.Equal(Rao.Zero, network.FreeOf(Address));

        _ = network.SendFromFaucet(Address, new(12_500_000));
        network.MakeFinal();

        Assert.Equal(new Rao(12_500_000), network.FreeOf(Address));
        Assert.Throws<ArgumentException>(() => network.FreeOf("5Dq2"));
    }

    private static async Task<List<string>> FiguresAsync(Caller caller, DevNetwork network)
    {
        var weak = network.Miners.First(miner => miner.Models[0] == MinerProfile.Small);
        var answers = new List<string>();
        for (var number = 0; number < 30; number++)
        {
            answers.Add(await caller.AnswerAsync(weak, $"{number} + 654321"));
        }

        return answers;
    }
}
