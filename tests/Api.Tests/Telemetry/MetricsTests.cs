using System.Net;
using System.Text;
using System.Text.Json;
using Gateway.Api.Telemetry;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;
using Gateway.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Telemetry;

public sealed class MetricsTests
{
    private static readonly string Good = ScriptedExpert.Body(stream: false);

    // The names that operators build on.
    private static readonly Dictionary<string, string> Promised = new()
    {
        ["gateway_overhead_seconds"] = "histogram",
        ["gateway_stream_jitter_seconds"] = "histogram",
        ["gateway_ttft_seconds"] = "histogram",
        ["gateway_requests_total"] = "counter",
        ["gateway_tokens_total"] = "counter",
        ["gateway_charge_nusd_total"] = "counter",
        ["gateway_goodwill_nusd_total"] = "counter",
        ["gateway_uncollectible_nusd_total"] = "counter",
        ["gateway_attempts_total"] = "counter",
        ["gateway_hedges_total"] = "counter",
        ["gateway_usage_estimated_total"] = "counter",
        ["gateway_ratelimited_total"] = "counter",
        ["gateway_journal_lag_seconds"] = "gauge",
        ["gateway_leased_nusd"] = "gauge",
        ["gateway_chain_lag_blocks"] = "gauge",
        ["gateway_deposits_total"] = "gauge",
        ["gateway_hotpath_sql_total"] = "counter",
    };

    private static readonly Dictionary<string, string[]> Labels = new()
    {
        ["gateway_requests_total"] = ["code", "endpoint", "status"],
        ["gateway_tokens_total"] = ["kind", "model"],
        ["gateway_attempts_total"] = ["netuid", "outcome"],
        ["gateway_ratelimited_total"] = ["limit"],
        ["gateway_deposits_total"] = ["state"],
        ["gateway_overhead_seconds_bucket"] = ["le"],
        ["gateway_stream_jitter_seconds_bucket"] = ["le"],
        ["gateway_ttft_seconds_bucket"] = ["le"],
    };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_is_promised_is_there_and_counts_what_happened()
    {
        await using var expert = await ScriptedExpert.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(ScriptedExpert.Settings(expert));
        await PostAsync(gateway, Good, HttpStatusCode.OK);
        await PostAsync(gateway, ScriptedExpert.Body(stream: true), HttpStatusCode.OK);
        await PostAsync(gateway, """{"model":"devnet-large"}""", HttpStatusCode.BadRequest);
        var spent = await gateway.GetAsync("v1/credits", Token);

        // The counters of a request follow its last byte.
        var metrics = await ScrapeUntilAsync(gateway, found => found.Sum("gateway_overhead_seconds_count") == 2);

        foreach (var (name, type) in Promised)
        {
            Assert.Equal((name, type), (name, metrics.Types.GetValueOrDefault(name)));
        }

        const string Chat = "/v1/chat/completions";
        Assert.Equal(2, metrics.Sum("gateway_requests_total", ("endpoint", Chat), ("status", "200"), ("code", "")));
        Assert.Equal(1, metrics.Sum("gateway_requests_total", ("endpoint", Chat), ("status", "400"),
            ("code", "missing_required_parameter")));
        Assert.Equal(1, metrics.Sum("gateway_requests_total", ("endpoint", "/v1/credits"), ("status", "200")));
        Assert.Equal(4, metrics.Sum("gateway_tokens_total", ("model", "scripted"), ("kind", "output")));
        Assert.Equal(20, metrics.Sum("gateway_tokens_total", ("model", "scripted"), ("kind", "input")));
        Assert.Equal(1, metrics.Sum("gateway_ttft_seconds_count"));
        Assert.Equal(2, metrics.Sum("gateway_attempts_total", ("netuid", "none"), ("outcome", "complete")));
        Assert.Equal(400_000, metrics.Sum("gateway_charge_nusd_total"));
        Assert.Equal(
            (double)spent["data"]!["total_usage"]! * 1e9, metrics.Sum("gateway_charge_nusd_total"), tolerance: 0.5);
        Assert.Equal(1, metrics.Sum("gateway_deposits_total", ("state", "credited")));
        Assert.True(metrics.Sum("gateway_leased_nusd") > 0);
        Assert.True(metrics.Sum("gateway_hotpath_sql_total") > 0);
        Assert.Equal(0, metrics.Sum("gateway_uncollectible_nusd_total"));
    }

    [Fact]
    public async Task Nobody_writes_into_a_label()
    {
        const string Canary = "hostile-7d1e";
        string[] models =
        [
            Canary, Canary + "\"} 1\\n# EOF", Canary + "{le=\\\"1\\\"}", "devnet-large\\u0000" + Canary,
            Canary + new string('x', 100), Canary + "\\nevil_total 1", "äöü" + Canary,
        ];
        await using var expert = await ScriptedExpert.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(ScriptedExpert.Settings(expert));
        foreach (var model in models)
        {
            var body = $$"""{"model":{{JsonSerializer.Serialize(model)}},"messages":[{"role":"user","content":"x"}]}""";
            using var answer = await gateway.PostChatAsync(body, Token);
            Assert.False(answer.IsSuccessStatusCode);
        }

        using (var odd = await gateway.Client.GetAsync(
            new Uri($"v1/models/{Uri.EscapeDataString(models[1])}?{Canary}", UriKind.Relative), Token))
        using (var lost = await gateway.Client.GetAsync(new Uri($"{Canary}/x", UriKind.Relative), Token))
        {
            Assert.Equal((false, HttpStatusCode.NotFound), (odd.IsSuccessStatusCode, lost.StatusCode));
        }

        await PostAsync(gateway, Good, HttpStatusCode.OK);
        var metrics = await ScrapeUntilAsync(gateway, found => found.Sum("gateway_overhead_seconds_count") == 1);

        foreach (var sample in metrics.Samples)
        {
            Assert.DoesNotContain(Canary, sample.Id, StringComparison.Ordinal);
            Assert.Equal(Labels.GetValueOrDefault(sample.Name, []), sample.Labels.Keys.Order(StringComparer.Ordinal));
            foreach (var secret in (string[])["apiKey", "adminKey", "organization"])
            {
                Assert.DoesNotContain((string)gateway.DevNet[secret]!, sample.Id, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_refusal_by_a_limit_says_which()
    {
        await using var expert = await ScriptedExpert.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(ScriptedExpert.Settings(expert));
        using var admin = Admin.OfDemo(gateway);
        var (_, key) = await admin.CreateKeyAsync("""{"name":"slow","rpm":1}""");
        using var client = gateway.CreateClient(key);
        for (var round = 0; round < 3; round++)
        {
            using var content = new StringContent(Good, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(
                new Uri("v1/chat/completions", UriKind.Relative), content, Token);
        }

        var metrics = await ScrapeUntilAsync(gateway, found => found.Sum("gateway_ratelimited_total") >= 2);

        Assert.Equal(2, metrics.Sum("gateway_ratelimited_total", ("limit", "requests_per_minute")));
        Assert.Equal(2, metrics.Sum(
            "gateway_requests_total", ("status", "429"), ("code", "rate_limit_exceeded")));
    }

    [Fact]
    public async Task The_management_listener_serves_metrics_and_nothing_else_and_the_public_one_the_rest()
    {
        var port = FreePort.Next();
        await using var gateway = await InProcessGateway.StartAsync(
            $"--Gateway:Management:Urls=http://127.0.0.1:{port}");
        var management = new Uri($"http://127.0.0.1:{port}/");

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, new(management, "metrics")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, new(management, "readyz")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, new(management, "v1/models")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, new(management, "docs/index.html")));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(gateway, new("metrics", UriKind.Relative)));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(gateway, new("v1/models", UriKind.Relative)));
    }

    [Fact]
    public void Labels_are_escaped_and_seconds_are_exact()
    {
        Assert.Equal("""a="x\\y\"z\nw" """.TrimEnd(), PrometheusText.Label("a", "x\\y\"z\nw"));
        Assert.Equal("0.000025", PrometheusText.Seconds(25));
        Assert.Equal("1.5", PrometheusText.Seconds(1_500_000));
        Assert.Equal("60", PrometheusText.Seconds(60_000_000));
    }

    [Fact]
    public async Task Counting_a_request_allocates_nothing()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var metrics = new GatewayMetrics(gateway.Services.GetRequiredService<ModelNames>());
        var served = new Upstream(
            "x", new("devnet-large"), new("http://x/"), "openai", Features.None, Quality.Real, new NetUid(4));
        var facts = new CallFacts();
        facts.Settle(
            new(DeliveryStatus.Complete, served, new(7, 1, 3, 0), true, "stop",
                [new(served, 0, 3, AttemptEnd.Complete, "", 12)], true),
            new(SettleOutcome.Settled, new(500)));
        facts.End(new(250, 12_000, 30, 900));
        metrics.Count("/v1/chat/completions", 200, facts, 250);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var request = 0; request < 10_000; request++)
        {
            metrics.Count("/v1/chat/completions", 200, facts, 250);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        var text = new StringBuilder();
        metrics.Write(text);
        Assert.Equal(30_003, PrometheusParser.Parse(text.ToString()).Sum("gateway_tokens_total", ("kind", "output")));
    }

    [Fact]
    public void A_name_has_a_bounded_number_of_series()
    {
        var family = new CounterFamily<int>("n_total", "n", key => PrometheusText.Label("k", $"{key}"));
        for (var key = 0; key < CounterFamily<int>.MaxSeries + 10; key++)
        {
            family.Add(key);
        }

        var text = new StringBuilder();
        family.Write(text);
        var parsed = PrometheusParser.Parse(text.ToString());

        Assert.Equal(CounterFamily<int>.MaxSeries + 1, parsed.Samples.Count);
        Assert.Equal(CounterFamily<int>.MaxSeries + 10, parsed.Sum("n_total"));
    }

    private static async Task<PrometheusParser> ScrapeUntilAsync(
        InProcessGateway gateway, Func<PrometheusParser, bool> isEnough)
    {
        while (true)
        {
            using var answer = await gateway.Client.GetAsync(new Uri("metrics", UriKind.Relative), Token);
            Assert.Equal(PrometheusText.MediaType, answer.Content.Headers.ContentType?.ToString());
            var metrics = PrometheusParser.Parse(await answer.Content.ReadAsStringAsync(Token));
            if (isEnough(metrics))
            {
                return metrics;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Token);
        }
    }

    private static async Task<HttpStatusCode> StatusAsync(InProcessGateway gateway, Uri address)
    {
        using var answer = await gateway.Client.GetAsync(address, Token);
        return answer.StatusCode;
    }

    private static async Task PostAsync(InProcessGateway gateway, string body, HttpStatusCode status)
    {
        using var answer = await gateway.PostChatAsync(body, Token);
        await answer.Content.ReadAsStringAsync(Token);
        Assert.Equal(status, answer.StatusCode);
    }
}
