using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using Gateway.Api.Tests.Http;
using Gateway.Testing;

namespace Gateway.Api.Tests.Portal;

/// <summary>How often a page asks the store: PostgreSQL's client tells of every command, and the request's trace says
/// which are the page's own.</summary>
[Trait("Needs", "postgres")]
public sealed class PageStatementTests
{
    private const int Most = 5;

    // What begins and ends a transaction asks nothing.
    private static readonly string[] Frames = ["BEGIN", "COMMIT", "ROLLBACK"];

    private static readonly string[] Pages =
    [
        "/", "/models", "/miners", "/network", "/status", "/guide", "/trust", "/overview", "/keys", "/activity",
        "/usage", "/billing", "/billing/invoices", "/billing/refunds", "/playground", "/settings",
        "/settings/audit", "/account",
    ];

    [Fact]
    public async Task No_page_asks_the_store_more_than_five_times()
    {
        var asked = new ConcurrentDictionary<ActivityTraceId, ConcurrentQueue<string>>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Npgsql" or "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = one =>
            {
                if (one.Source.Name == "Npgsql")
                {
                    var text = one.GetTagItem("db.query.text") ?? one.GetTagItem("db.statement") ?? one.DisplayName;
                    asked.GetOrAdd(one.TraceId, _ => []).Enqueue($"{text}");
                }
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var server = await PostgresServer.CreateAsync(TestContext.Current.CancellationToken);
        await using var gateway = await InProcessGateway.StartAsync(
            $"--Gateway:Storage:ConnectionString={server.ConnectionString("postgres")}");
        using var browser = new PortalClient(gateway);
        await browser.SignInAsync(gateway);
        var (counts, least) = (new List<string>(), int.MaxValue);
        foreach (var path in Pages)
        {
            // The first look fills what is kept in memory.
            await browser.GetAsync(path);
            var trace = ActivityTraceId.CreateRandom();
            browser.Http.DefaultRequestHeaders.Remove("traceparent");
            browser.Http.DefaultRequestHeaders.Add("traceparent", $"00-{trace}-{ActivitySpanId.CreateRandom()}-01");
            using var answer = await browser.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var statements = asked.GetValueOrDefault(trace, [])
                .Where(text => !Array.Exists(Frames, frame => text.StartsWith(frame, StringComparison.Ordinal)))
                .ToArray();
            TestContext.Current.TestOutputHelper?.WriteLine($"{path}: {statements.Length}");
            least = Math.Min(least, statements.Length);
            if (statements.Length > Most)
            {
                counts.Add($"{path}: {statements.Length}\n  {string.Join("\n  ", statements)}");
            }
        }

        // Whoever is signed in is looked up for every page, so something is always counted.
        Assert.True(least > 0);
        Assert.True(counts.Count == 0, string.Join('\n', counts));
    }
}
