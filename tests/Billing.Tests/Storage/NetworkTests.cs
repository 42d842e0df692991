using System.Globalization;
using Gateway.Billing.Tests.Kit;
using Gateway.Core;
using Gateway.Testing;
using Npgsql;

namespace Gateway.Billing.Tests.Storage;

/// <summary>A real PostgreSQL behind a network that fails: answers to commits are cut off on the wire, bytes get
/// through in one direction only, or not at all.</summary>
public sealed class NetworkTests(PostgresTemplate template, PostgresFixture postgres)
    : IClassFixture<PostgresTemplate>, IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gateway-network-");
    private FaultProxy? _proxy;
    private BillingNode? _node;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // The whole text of a question; a transaction's beginning says READ COMMITTED.
    private static ReadOnlySpan<byte> Commit => "COMMIT\0"u8;

    private FaultProxy Proxy => _proxy!;

    private BillingNode Node => _node!;

    public async ValueTask InitializeAsync()
    {
        _proxy = FaultProxy.Start(postgres.Server.Port);
        var connection = new NpgsqlConnectionStringBuilder(await template.CopyAsync()) { Port = _proxy.Port };
        _node = await BillingNode.StartAsync(_folder.FullName, connection.ConnectionString);
    }

    // What any of these faults leaves in the books must be right.
    public async ValueTask DisposeAsync()
    {
        Proxy.Block(Blocked.None);
        await Node.Replica.TickAsync();
        await Node.AssertBooksAsync();
        await Node.DisposeAsync();
        await _proxy!.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_push_whose_commit_is_not_answered_is_applied_once()
    {
        var payer = await Node.CreditNewAsync(1_000_000);
        await Node.SettleAsync(await Node.HoldAsync(payer, 10, 20), 10, 20);

        await CutAsync(Node.Replica.TickAsync);

        Assert.Equal(new(30), await NumberAsync("SELECT spent FROM billing.org_account"));
        Assert.Equal(new(30), (await Node.AppliedAsync(payer.Org)).Spent);
        Assert.Equal(1, (await NumberAsync("SELECT count(*) FROM billing.usage_record")).Value);
    }

    [Fact]
    public async Task A_grant_whose_commit_is_not_answered_is_moved_once()
    {
        var payer = await Node.CreditNewAsync(100_000_000);
        Proxy.CutAnswerTo(Commit);

        Assert.IsType<Reserved.Unavailable>(await Node.ReserveAsync(payer, Node.Quote(10, 20)));
        var moved = await NumberAsync("SELECT granted FROM billing.lease");
        var hold = await Node.HoldAsync(payer, 10, 20);

        Assert.Equal(1, Proxy.Cuts);
        Assert.True(moved.Value > 0);
        Assert.Equal(moved, await NumberAsync("SELECT granted FROM billing.lease"));
        Assert.Equal(new(30), (await Node.SettleAsync(hold, 10, 20)).Charge);
    }

    [Fact]
    public async Task A_deposit_whose_commit_is_not_answered_is_credited_once()
    {
        var payer = await Node.CreditNewAsync(0);
        var transfer = Some.Transfer(payer.Org, 5_000);

        await CutAsync(() => Node.Ledger.CreditAsync(transfer, Token));
        await Node.Ledger.CreditAsync(transfer, Token);

        Assert.Equal(new(5_000), (await Node.BalanceAsync(payer.Org)).Credited);
        Assert.Equal(1, (await NumberAsync("SELECT count(*) FROM billing.lot")).Value);
    }

    [Fact]
    public async Task A_refund_whose_commit_is_not_answered_is_set_aside_once_and_can_be_seen()
    {
        var payer = await Node.CreditNewAsync(5_000_000);
        var treasury = new Treasury(Node.Store, Node.Options, new AnyAddress(), null);

        await CutAsync(() => treasury.RequestRefundAsync(payer.Org, new(4_000_000), "5Customer", "key_1", Token));

        var refund = Assert.Single(await treasury.ListAsync(payer.Org, 10, null, Token));
        Assert.Equal((PayoutState.Requested, new NanoUsd(4_000_000)), (refund.State, refund.Credit));
        Assert.Equal(new(1_000_000), (await Node.BalanceAsync(payer.Org)).Available);
        await CutAsync(() => treasury.CancelAsync(refund.Id, "ann", "not answered", Token));
        Assert.Null(await treasury.CancelAsync(refund.Id, "ann", "again", Token));
        Assert.Equal(new(5_000_000), (await Node.BalanceAsync(payer.Org)).Available);
    }

    [Theory]
    [InlineData(Blocked.All)]
    [InlineData(Blocked.Answers)]
    public async Task A_replica_cut_off_from_the_books_spends_what_it_leased_and_loses_nothing(Blocked what)
    {
        var (rich, fresh) = (await Node.CreditNewAsync(100_000_000), await Node.CreditNewAsync(100_000_000));
        var hold = await Node.HoldAsync(rich, 10, 20);
        Proxy.Block(what);

        Assert.Equal(SettleOutcome.Settled, (await Node.SettleAsync(hold, 10, 20)).Outcome);
        Assert.Equal(new(30), (await Node.SettleAsync(await Node.HoldAsync(rich, 10, 20), 10, 20)).Charge);
        var refused = Node.ReserveAsync(fresh, Node.Quote(10, 20));
        await Assert.ThrowsAsync<BillingUnavailableException>(Node.Replica.TickAsync);
        Assert.IsType<Reserved.Unavailable>(await refused);

        Proxy.Block(Blocked.None);
        Assert.Equal(new(60), (await Node.AppliedAsync(rich.Org)).Spent);
        Assert.Equal(new(30), (await Node.SettleAsync(await Node.HoldAsync(fresh, 10, 20), 10, 20)).Charge);
    }

    private async Task CutAsync(Func<Task> operation)
    {
        var before = Proxy.Cuts;
        Proxy.CutAnswerTo(Commit);
        await Assert.ThrowsAsync<BillingUnavailableException>(operation);
        Assert.Equal(before + 1, Proxy.Cuts);
    }

    private async Task<NanoUsd> NumberAsync(string sql) => (await Node.Store.ReadAsync(
        session => session.ListAsync(
            sql, row => new NanoUsd(Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture))), Token))[0];

    private sealed class AnyAddress : IPayoutDestinations
    {
        public string? Problem(string address) => null;
    }
}
