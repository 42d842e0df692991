using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Bench.Ledger;

/// <summary>Billing without a host and without the shell that keeps it going, so that each part can be timed
/// alone.</summary>
internal sealed class LedgerNode : IAsyncDisposable
{
    private const int Waves = 1_000;

    private static readonly ModelId Model = new("bench");
    private static readonly ModelPrices Prices = new(new(1_000), new(1_000), new(1_000), new(1_000));

    private readonly ILedgerStore _store;
    private readonly FileJournals _journals;
    private readonly Replica _replica;
    private readonly Billing.Ledger _ledger;

    private LedgerNode(BillingOptions options, ILedgerStore store)
    {
        var time = TimeProvider.System;
        var books = new SqlBooks(store);
        _store = store;
        _journals = new(
            options.DataDirectory, new() { SegmentLength = options.SegmentLength }, options.KeepJournals, time,
            NullLogger.Instance);
        _replica = new(books, _journals, options, time, NullLogger<Replica>.Instance);
        _ledger = new(
            new(store, options.FixedRate),
            _replica,
            new(_replica, books, options, time, NullLogger<Reservations>.Instance),
            new(store, options),
            NullLogger<Billing.Ledger>.Instance);
    }

    public static async Task<LedgerNode> StartAsync(string folder, string connectionString)
    {
        var options = new BillingOptions { DataDirectory = folder };
        ILedgerStore store = connectionString.Length > 0
            ? new PostgresLedgerStore(connectionString, TimeProvider.System)
            : new SqliteLedgerStore(folder, Durability.Write, TimeProvider.System, NullLogger.Instance);
        var node = new LedgerNode(options, store);
        await store.OpenAsync(CancellationToken.None);
        await store.WriteAsync(
            session => PriceSql.SeedAsync(session, [new(Model, Prices.Input, Prices.Output)]), CancellationToken.None);
        await node._replica.StartAsync();
        return node;
    }

    public async Task<Payer> CreditNewAsync()
    {
        var payer = new Payer(OrgId.Create(TimeProvider.System), KeyId.Create(TimeProvider.System));
        var now = TimeProvider.System.GetUtcNow();
        await _ledger.CreditAsync(
            new("0xbench", "0x01", 1, 0, "5Bench", payer.Org, new(1_000_000_000_000_000), new(400_000), now),
            CancellationToken.None);
        return payer;
    }

    public static Quote Quote() => ((Quoted.Priced)Billing.Quote.Of(
        [new(1, Model, Prices, 700_000, DateTimeOffset.UnixEpoch)], new([Model], 100, 1_000, 1_000, null))).Quote;

    /// <summary>Makes holds and ends them, without a record: what memory alone costs.</summary>
    public async Task HoldAndReleaseAsync(Payer payer, Quote quote, int requests)
    {
        var id = RequestId.Create(TimeProvider.System);
        for (var i = 0; i < requests; i++)
        {
            var reserved = await _ledger.ReserveAsync(payer, id, quote, CancellationToken.None);
            var hold = ((Reserved.Held)reserved).Hold;
            hold.TryBeginSettle(out _, out _);
            hold.Leases.Release(hold.Amount.Value, 0);
            hold.EndSettle(new(SettleOutcome.Settled, NanoUsd.Zero));
            hold.Incarnation.Leave();
        }
    }

    /// <summary>Whole requests as the books will see them, up to their records in the journal.</summary>
    public async Task SettleManyAsync(Payer payer, int requests)
    {
        var quote = Quote();
        for (var done = 0; done < requests; done += Waves)
        {
            var wave = int.Min(Waves, requests - done);
            await Task.WhenAll(Enumerable.Range(0, wave).Select(_ => SettleAsync(payer, quote)));
        }
    }

    public async Task PushAsync() => await _replica.FlushAsync();

    public Task GuardedUpdateAsync(Payer payer) => _store.WriteAsync(
        session => session.ExecuteAsync(
            "UPDATE org_account SET available = available - 0 WHERE org = @org AND available >= 1",
            ("org", payer.Org.ToString())),
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        _replica.Dispose();
        _journals.Dispose();
        await _store.DisposeAsync();
    }

    private async Task SettleAsync(Payer payer, Quote quote)
    {
        var now = TimeProvider.System.GetUtcNow();
        var reserved = await _ledger.ReserveAsync(
            payer, RequestId.Create(TimeProvider.System), quote, CancellationToken.None);
        var delivered = new Delivered(
            Ending.Complete, Model, new(100, 0, 200, 0), false, "stop",
            [new("sn4/5Bench", new(4), 1, null, 0, 200, AttemptOutcome.Complete, "", 12)],
            new("/v1/chat/completions", Model, "best", now, now));
        var bill = _ledger.Price(((Reserved.Held)reserved).Hold, delivered);
        await _ledger.SettleAsync(bill, new(new byte[Commitments.Length], new byte[Commitments.Length]));
    }
}
