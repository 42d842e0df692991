using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;

namespace Gateway.DevNet.Tests.Watcher;

/// <summary>What is credited, and when.</summary>
public sealed class WatcherTests
{
    private const int Final = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_36_Head_is_not_final()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Send(chain.Transfer(address, 5_000_000));

        chain.Produce(Final - 1);
        await chain.WatchAsync();
        Assert.Empty(chain.Sink.Rows);

        chain.Produce(1);
        await chain.WatchAsync();
        await chain.WatchAsync();
        var row = Assert.Single(chain.Sink.Rows);
        Assert.Equal((address, 5_000_000), (row.Value.Address, row.Value.Amount.Value));
    }

    [Fact]
    public async Task What_the_best_block_brings_is_seen_and_gone_with_it()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        using var feed = chain.NewFeed();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var running = feed.RunAsync(stop.Token);
        chain.Produce(1);
        await UntilAsync(() => feed.Status is { Height: not null, Best: > 0 });

        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(1);
        await UntilAsync(() => feed.Seen.Count == 1);
        Assert.Equal(address, feed.Seen[0].Transfer.Address);
        Assert.Empty(chain.Sink.Rows);

        _ = chain.Chain.Reorg(1, returns: false);
        await UntilAsync(() => feed.Seen.Count == 0);
        chain.Produce(5);
        await UntilAsync(() => feed.Status.Height == feed.Status.Finalized && feed.Status.Finalized > 3);
        Assert.Empty(chain.Sink.Rows);
        await stop.CancelAsync();
        await running;
    }

    [Fact]
    public async Task Attack_37_Equal_transfers_in_a_block_credit_twice()
    {
        await using var chain = await WatchedChain.StartAsync();
        var transfer = chain.Transfer(chain.Know(0), 5_000_000);
        chain.Send(chain.Batch("batch_all", transfer, transfer));
        chain.Send(transfer);
        chain.Produce(Final);

        await chain.WatchAsync();

        Assert.Equal(3, chain.Sink.Rows.Count);
        Assert.Single(chain.Sink.Rows.Keys.Select(key => key.Block).Distinct());
    }

    [Fact]
    public async Task Attack_37_A_proxy_and_the_runtime_itself_pay_like_anybody()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Send(chain.Call("Proxy", "add_proxy", ("delegate", Of("//Bob")),
            ("proxy_type", ScaleValue.CaseOf("Any")), ("delay", ScaleValue.Of(0u))));
        chain.Produce(1);
        chain.Send(chain.Call("Proxy", "proxy", ("real", Of("//Alice")),
            ("force_proxy_type", ScaleValue.CaseOf("None")), ("call", chain.Transfer(address, 1_000_001))), "//Bob");
        chain.Chain.TransferInNextBlock(
            AccountId.OfUri("//Ferdie"), WatchedChain.AccountOf(address), 1_000_002);
        chain.Produce(1);

        chain.Send(chain.Transfer(address, 1_000_003), "//Eve");
        chain.Produce(Final);
        await chain.WatchAsync();

        Assert.Equal([1_000_001, 1_000_002, 1_000_003],
            chain.Sink.Rows.Values.Where(row => row.Address == address).Select(row => row.Amount.Value).Order());
    }

    [Fact]
    public async Task Attack_36_Failed_extrinsic_credits_nothing()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Send(chain.Batch(
            "batch_all", chain.Transfer(address, 5_000_000), chain.Transfer(address, ulong.MaxValue / 2)));
        chain.Send(chain.Batch(
            "batch", chain.Transfer(address, 7_000_000), chain.Transfer(address, ulong.MaxValue / 2)));
        chain.Produce(Final);

        await chain.WatchAsync();

        Assert.Equal(7_000_000, Assert.Single(chain.Sink.Rows).Value.Amount.Value);
    }

    [Fact]
    public async Task Deposit_after_a_day_down_credits()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Produce(Final);
        await chain.WatchAsync();
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(300);

        await chain.WatchAsync();

        Assert.Single(chain.Sink.Rows);
        Assert.Equal(chain.Chain.Finalized.Number, chain.Sink.Position!.Height);
    }

    [Fact]
    public async Task Less_than_seven_million_rao_is_not_dropped()
    {
        await using var chain = await WatchedChain.StartAsync();
        var address = chain.Know(0);
        chain.Send(chain.Transfer(address, 500));
        chain.Produce(1);
        chain.Send(chain.Transfer(address, 1));
        chain.Produce(Final);

        await chain.WatchAsync();

        Assert.Equal([1, 500], chain.Sink.Rows.Values.Select(row => row.Amount.Value).Order());
    }

    [Fact]
    public async Task An_address_of_a_moment_before_the_block_is_known_to_it()
    {
        await using var chain = await WatchedChain.StartAsync();
        var watcher = chain.NewWatcher();
        chain.Produce(Final);
        await chain.WatchAsync(watcher);
        var address = chain.Know(70_000);
        chain.Send(chain.Transfer(address, 5_000_000));
        chain.Produce(Final);

        await chain.WatchAsync(watcher);

        Assert.Single(chain.Sink.Rows);
    }

    [Fact]
    public async Task What_others_send_to_our_wallet_is_told_and_our_own_moves_are_not()
    {
        await using var chain = await WatchedChain.StartAsync();
        chain.Send(chain.Transfer(WatchedChain.Parent, 9_000_000));
        chain.Produce(1);
        chain.Chain.TransferInNextBlock(
            WatchedChain.AccountOf(chain.Know(0)), WatchedChain.AccountOf(WatchedChain.Parent), 600);
        chain.Produce(Final);

        await chain.WatchAsync();

        Assert.Equal(WatchedChain.Parent, Assert.Single(chain.Sink.Rows).Value.Address);
    }

    [Fact]
    public async Task An_upgrade_changes_the_layout_after_its_block()
    {
        await using var chain = await WatchedChain.StartAsync(spec: 219);
        var address = chain.Know(0);
        foreach (var spec in (uint[])[224, 225])
        {
            chain.Chain.TransferInNextBlock(
                AccountId.OfUri("//Ferdie"), WatchedChain.AccountOf(address), 1_000_000 + spec);
            chain.Chain.Upgrade(Gateway.DevNet.Chain.Runtime.RuntimeCatalog.Get(spec));
            chain.Produce(1);
            chain.Chain.TransferInNextBlock(
                AccountId.OfUri("//Ferdie"), WatchedChain.AccountOf(address), 2_000_000 + spec);
            chain.Produce(1);
        }

        chain.Produce(Final);
        await chain.WatchAsync();

        Assert.Equal([1_000_224, 1_000_225, 2_000_224, 2_000_225],
            chain.Sink.Rows.Values.Select(row => row.Amount.Value).Order());
    }

    private static ScaleValue.Case Of(string uri) => RuntimeCall.AddressOf(AccountId.OfUri(uri).ToArray());

    private static async Task UntilAsync(Func<bool> isSo)
    {
        while (!isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, Token);
        }
    }
}
