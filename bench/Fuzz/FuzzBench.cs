using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Testing.Fuzz;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Bench.Fuzz;

/// <summary>The fuzzer at full length, beside a whole gateway in this process: so its memory can be weighed.</summary>
internal static class FuzzBench
{
    private const int DefaultRequests = 100_000;
    private const int DefaultWorkers = 32;
    private const int Parts = 5;
    private const int BytesPerMegabyte = 1024 * 1024;

    // What may be remembered of a run: rows that lists of keys and projects have, and caches that are bounded.
    private const double GrowthLimit = 24;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var count = arguments.Number("--requests", DefaultRequests);
        var seed = long.Parse(arguments.Text("--seed") ?? "1", CultureInfo.InvariantCulture);
        Measures.WriteMachine();
        var data = Directory.CreateTempSubdirectory("gateway-fuzz-");
        try
        {
            await using var miner = await FuzzMiner.StartAsync(CancellationToken.None);
            await using var app = GatewayHost.Build(
            [
                .. miner.Settings, "--urls", "http://127.0.0.1:0", $"--Gateway:DataDirectory={data.FullName}",
                "--Logging:LogLevel:Default=Error",
            ]);
            await app.StartAsync();
            var run = new FuzzRun(await TargetAsync(app, data.FullName), seed);
            var broken = await MeasureAsync(
                run, arguments.Number("--first", 0), count, arguments.Number("--workers", DefaultWorkers), seed);
            await app.StopAsync();
            await TellUnexplainedAsync(Path.Combine(data.FullName, "billing.db"), run.Receipts);
            return broken;
        }
        finally
        {
            data.Delete(recursive: true);
        }
    }

    private static async Task<int> MeasureAsync(FuzzRun run, int first, int count, int workers, long seed)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var heap = new double[Parts];
        for (var part = 0; part < Parts; part++)
        {
            await run.SendAsync(first + (count / Parts * part), count / Parts, workers, CancellationToken.None);
            heap[part] = HeapMegabytes();
        }

        var used = await run.CloseAsync(CancellationToken.None);
        var seconds = TimeProvider.System.GetElapsedTime(begun).TotalSeconds;

        var report = run.Report;
        foreach (var violation in report.Violations)
        {
            await Console.Error.WriteLineAsync(violation);
        }

        foreach (var (status, times) in report.Statuses.OrderBy(pair => pair.Key))
        {
            Measures.Write("fuzz.answers", times, "1", ("status", status));
        }

        Measures.Write("fuzz.closed_unanswered", report.Unanswered, "1");
        Measures.Write("fuzz.slowest", report.Slowest.TotalSeconds, "s");
        for (var part = 0; part < Parts; part++)
        {
            Measures.Write("fuzz.heap", heap[part], "MB", ("requests", count / Parts * (part + 1)));
        }

        Measures.Write("fuzz.charged_by_receipts", report.Charged, "nUSD");
        Measures.Write("fuzz.charged_by_books", used, "nUSD");
        Measures.Write("fuzz.violations", report.Violated, "1",
            ("requests", count), ("seed", seed), ("seconds", Math.Round(seconds, 1)));
        return report.Violated == 0 && report.Charged == used && heap[^1] - heap[0] < GrowthLimit ? 0 : 1;
    }

    // A charge whose answer nobody was given is named, so that it can be looked for.
    private static async Task TellUnexplainedAsync(string books, IReadOnlySet<string> explained)
    {
        await using var connection = new SqliteConnection($"Data Source={books};Mode=ReadOnly;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT request_id, endpoint, ending, charge, model_served FROM usage_record WHERE charge > 0";
        await using var rows = await command.ExecuteReaderAsync();
        while (await rows.ReadAsync())
        {
            if (!explained.Contains(rows.GetString(0)))
            {
                await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture,
                    $"charged, and no answer seen: {rows.GetString(0)} {rows.GetString(1)} {rows.GetString(2)} "
                    + $"{rows.GetInt64(3)} nUSD, {rows.GetString(4)}"));
            }
        }
    }

    private static double HeapMegabytes()
    {
        for (var i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        return (double)GC.GetTotalMemory(forceFullCollection: true) / BytesPerMegabyte;
    }

    private static async Task<FuzzTarget> TargetAsync(WebApplication app, string data)
    {
        var devNet = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(data, "devnet.json")))!;
        var access = app.Services.GetRequiredService<AccessStore>();
        var other = await access.CreateOrganizationAsync("other", "other@example.invalid");
        return new(
            new Uri(app.Urls.First()),
            (string)devNet["apiKey"]!,
            await access.CreateKeyAsync(other, KeyKind.Admin, "admin"),
            await access.CreateKeyAsync(other, KeyKind.Api, "api"),
            await FuzzTarget.DocumentAsync(new Uri(app.Urls.First())));
    }
}
