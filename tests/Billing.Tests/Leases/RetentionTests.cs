using Gateway.Billing.Tests.Kit;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Billing.Tests.Leases;

public sealed class RetentionTests : IAsyncLifetime
{
    private static readonly TimeSpan Age = TimeSpan.FromHours(25);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-billing-");

    // Ages of files are told by the machine's clock.
    private readonly FakeTimeProvider _time = new(TimeProvider.System.GetUtcNow());
    private BillingNode? _node;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync() => _node = await StartAsync();

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_journal_of_the_past_stays_a_day_after_its_last_record_and_the_living_one_for_ever()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        var past = Node.Replica.Current!.Id;
        await Node.DisposeAsync();
        _node = await StartAsync();
        await LookAsync();
        Assert.Equal(2, Journals().Length);
        Assert.Contains(past, Journals());

        _time.Advance(Age);
        await LookAsync();

        Assert.Equal([Node.Replica.Current!.Id], Journals());
        Assert.Equal(new(30), (await Node.BalanceAsync(payer.Org)).Spent);
    }

    [Fact]
    public async Task A_journal_that_the_books_do_not_have_to_its_end_stays_however_old()
    {
        var payer = await Node.CreditNewAsync(1_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        var past = Node.Replica.Current!.Id;
        await Node.DisposeAsync();
        _node = await StartAsync();
        await Node.Store.WriteAsync(
            session => session.ExecuteAsync(
                "UPDATE replica SET state = 'live' WHERE incarnation = @past", ("past", past)),
            TestContext.Current.CancellationToken);

        _time.Advance(Age);
        await LookAsync();

        Assert.Contains(past, Journals());
    }

    [Fact]
    public async Task Segments_go_a_day_after_they_were_applied_and_never_before()
    {
        var payer = await Node.CreditNewAsync(100_000_000);
        await SettleManyAsync(payer);
        await Node.Replica.TickAsync();
        await LookAsync();
        var applied = Segments();
        await SettleManyAsync(payer);
        Assert.True(applied > 3);
        Assert.Equal(1, FirstSegment());

        _time.Advance(Age);
        await LookAsync();

        // Those of the first half are gone, those that are not applied are all there.
        Assert.InRange(FirstSegment(), 2, applied);
        await Node.Replica.TickAsync();
        Assert.Equal(new(2 * 500 * 30), (await Node.BalanceAsync(payer.Org)).Spent);
        await Node.AssertBooksAsync();
    }

    private Task<BillingNode> StartAsync() => BillingNode.StartAsync(
        _folder.FullName, "", time: _time, tune: options => options with { SegmentLength = 64 << 10 });

    private async Task LookAsync()
    {
        await Node.Replica.BeatAsync();
        await Node.Replica.SweepAsync();
    }

    private async Task SettleManyAsync(Payer payer)
    {
        for (var i = 0; i < 500; i++)
        {
            await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);
        }

        // The journal's own thread brings it to the disk within milliseconds.
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, CancellationToken.None);
    }

    private string[] Journals() =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(_folder.FullName, "journal"))
            .Select(path => Path.GetFileName(path)!),
    ];

    private int Segments() => Numbers().Count;

    private long FirstSegment() => Numbers()[0];

    private IReadOnlyList<long> Numbers()
    {
        using var disk = new FileJournalDisk(Path.Combine(_folder.FullName, "journal", Node.Replica.Current!.Id));
        return disk.Segments();
    }
}
