using System.Diagnostics;
using Gateway.Billing;
using Gateway.Testing;

namespace Gateway.Bench.Ledger;

/// <summary>The money path in parts: a hold and its end in memory, the journal, applying it to the books, and what one
/// guarded SQL update a request would cost instead.</summary>
internal static class LedgerBench
{
    private const int Records = 200_000;
    private const int Updates = 4_000;
    private const int Clients = 32;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        Measures.WriteMachine();
        var rounds = arguments.Number("--rounds", 5);
        var records = arguments.Number("--records", Records);
        var folder = Directory.CreateTempSubdirectory("gateway-bench-").FullName;
        try
        {
            await MeasureStoreAsync("sqlite", Path.Combine(folder, "sqlite"), "", rounds, records);
            await using var server = await PostgresServer.CreateAsync(CancellationToken.None);
            var database = await server.CreateDatabaseAsync("bench", null, CancellationToken.None);
            await MeasureStoreAsync("postgresql", Path.Combine(folder, "postgresql"), database, rounds, records);
            await JournalBench.RunAsync(arguments);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task MeasureStoreAsync(
        string store, string folder, string connectionString, int rounds, int records)
    {
        await using var node = await LedgerNode.StartAsync(folder, connectionString);
        var payer = await node.CreditNewAsync();
        if (connectionString.Length == 0)
        {
            await MeasureMemoryAsync(node, payer, rounds);
        }

        await MeasurePushAsync(node, payer, store, records);
        await MeasureUpdatesAsync(node, payer, store);
    }

    private static async Task MeasureMemoryAsync(LedgerNode node, Payer payer, int rounds)
    {
        const int Requests = 2_000_000;
        var quote = LedgerNode.Quote();
        var results = new List<double>();
        await node.HoldAndReleaseAsync(payer, quote, Requests / 4);
        for (var round = 0; round < rounds; round++)
        {
            var start = Stopwatch.GetTimestamp();
            await node.HoldAndReleaseAsync(payer, quote, Requests);
            results.Add(Stopwatch.GetElapsedTime(start).TotalNanoseconds / Requests);
        }

        Measures.Write("ledger.reserve_settle_ns", Measures.Median(results), "ns", ("where", "memory"));
    }

    private static async Task MeasurePushAsync(LedgerNode node, Payer payer, string store, int records)
    {
        await node.SettleManyAsync(payer, records / 10);
        await node.PushAsync();
        await node.SettleManyAsync(payer, records);
        var start = Stopwatch.GetTimestamp();
        await node.PushAsync();
        Measures.Write(
            "ledger.push_records_per_s", records / Stopwatch.GetElapsedTime(start).TotalSeconds, "1/s",
            ("store", store));
    }

    // What money costs without leases: every request updates its organisation's row, guarded by the balance.
    private static async Task MeasureUpdatesAsync(LedgerNode node, Payer payer, string store)
    {
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(_ => Task.Run(async () =>
        {
            for (var i = 0; i < Updates / Clients; i++)
            {
                await node.GuardedUpdateAsync(payer);
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Measures.Write("ledger.guarded_update_per_s", Updates / seconds, "1/s", ("store", store), ("clients", Clients));
    }
}
