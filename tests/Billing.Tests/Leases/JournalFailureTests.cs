using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Billing.Tests.Leases;

public sealed class JournalFailureTests : IAsyncLifetime
{
    private const long Credit = 100_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");
    private readonly MemoryJournals _journals = new();
    private BillingNode? _node;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync() => _node = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Node.AssertBooksAsync();
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(100)]
    public async Task A_write_that_fails_ends_the_process_and_charges_nobody_whose_end_was_not_told(int written)
    {
        var token = TestContext.Current.CancellationToken;
        var payer = await Node.CreditNewAsync(Credit);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        var hold = await Node.HoldAsync(payer, 10, 20);
        _journals.Disk.ShortWrite = written;

        Assert.Equal(new(SettleOutcome.Unavailable, NanoUsd.Zero), await Node.SettleAsync(hold, 10, 20));

        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.True(Node.Replica.HasFailed);
        Assert.False(await Node.Statements.IsReachableAsync(token));
        Assert.True(await HasFailedAsync());
        await Node.DisposeAsync();
        _node = await StartAsync();
        Assert.Equal(new(new(Credit), new(30), new(Credit - 30), new(0), new(0)), await Node.BalanceAsync(payer.Org));
    }

    [Fact]
    public async Task A_flush_that_fails_ends_the_process_and_what_was_written_is_charged_once()
    {
        var payer = await Node.CreditNewAsync(Credit);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        _journals.Disk.FailsToFlush = true;
        _journals.Journal!.Flush();

        Assert.True(Node.Replica.HasFailed);
        Assert.True(await HasFailedAsync());
        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        await Node.DisposeAsync();
        _node = await StartAsync();
        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_full_disk_admits_nothing_and_what_runs_is_settled()
    {
        var payer = await Node.CreditNewAsync(Credit);
        var hold = await Node.HoldAsync(payer, 10, 20);
        var disk = _journals.Disk;
        disk.Space = 0;
        _journals.Journal!.Prepare();

        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.Equal(new(SettleOutcome.Settled, new(30)), await Node.SettleAsync(hold, 10, 20));
        Assert.False(Node.Replica.HasFailed);

        disk.Space = int.MaxValue;
        _journals.Journal.Prepare();
        Assert.IsType<Reserved.Held>(await Node.ReserveAsync(payer, Node.Quote(1, 0)));
        Assert.Equal(new(30), (await Node.AppliedAsync(payer.Org)).Spent);
    }

    private Task<BillingNode> StartAsync() => BillingNode.StartAsync(_folder.FullName, "", journals: _journals);

    // As the host has it: the keeper runs until the journal has failed and then tells it.
    private async Task<bool> HasFailedAsync()
    {
        var failed = new TaskCompletionSource();
        using var keeper = new LeaseKeeper(
            Node.Replica, Node.Book, Node.Options, TimeProvider.System, NullLogger<LeaseKeeper>.Instance)
        {
            Fail = failed.SetResult,
        };
        await keeper.StartAsync(CancellationToken.None);
        await failed.Task.WaitAsync(TimeSpan.FromSeconds(10), TimeProvider.System, CancellationToken.None);
        await keeper.StopAsync(CancellationToken.None);
        return true;
    }
}
