using System.Text;
using Gateway.Api.Telemetry;
using Gateway.Api.Tests.Http;
using Gateway.Testing;

namespace Gateway.Api.Tests.Telemetry;

public sealed class TracesTests
{
    private const string Trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    private const string Parent = "00f067aa0ba902b7";
    private const string Canary = "canary-3c1f";

    private static readonly string[] Older =
    [
        "gen_ai.client.operation.duration", "gen_ai.client.token.usage", "gen_ai.server.request.duration",
        "gen_ai.server.time_per_output_token", "gen_ai.server.time_to_first_token",
    ];

    private static readonly string[] Latest =
    [
        "gen_ai.client.inference.duration", "gen_ai.client.inference.time_per_output_chunk",
        "gen_ai.client.inference.time_to_first_chunk", "gen_ai.client.inference.usage.cache_read.input_tokens",
        "gen_ai.client.inference.usage.input_tokens", "gen_ai.client.inference.usage.output_tokens",
        "gen_ai.client.inference.usage.reasoning.output_tokens",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, GenAiMode.Older)]
    [InlineData("", GenAiMode.Older)]
    [InlineData("http/dup", GenAiMode.Older)]
    [InlineData("http, gen_ai_latest_experimental", GenAiMode.Latest)]
    [InlineData("gen_ai/dup,http", GenAiMode.Both)]
    public void The_generation_is_read_from_a_list_of_words(string? words, object mode) =>
        Assert.Equal(mode, GenAiModes.Parse(words));

    // In a process of its own: sources and meters are heard throughout a process.
    [Theory]
    [InlineData("", true, false)]
    [InlineData("gen_ai_latest_experimental", false, true)]
    [InlineData("gen_ai/dup", true, true)]
    public async Task A_collector_gets_the_generation_that_was_asked_for_and_no_content(
        string wanted, bool older, bool latest)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var expert = await ScriptedExpert.StartAsync();
        var environment = new Dictionary<string, string>
        {
            ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address,
            ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            [GenAiModes.Variable] = wanted,
        };
        await using var gateway = await GatewayProcess.StartReadyAsync(
            environment, GatewayProcess.NewDataDirectory(), ScriptedExpert.Settings(expert));
        using (var client = gateway.CreateClient())
        {
            await SendAsync(client, ScriptedExpert.Model, stream: true);
            await SendAsync(client, Canary, stream: false);
            using var lost = await client.GetAsync(
                new Uri($"v1/models?{Canary}={Canary}", UriKind.Relative), Token);
        }

        Assert.Equal(0, await gateway.StopAsync());

        // A gateway that has ended has exported all it had.
        string[] expected = [.. older ? Older : [], .. latest ? Latest : []];
        Assert.Equal(expected.Order(StringComparer.Ordinal), collector.Metrics().Order(StringComparer.Ordinal));
        var call = Assert.Single(collector.Spans(), span => span.Name == "chat scripted");
        Assert.Equal(Trace, call.Trace);
        Assert.Equal(older, call.Tags.ContainsKey("gen_ai.system"));
        Assert.Equal(latest, call.Tags.ContainsKey("gen_ai.provider.name"));
        Assert.Equal("scripted", call.Tags["gen_ai.response.model"]);
        Assert.Equal("stop", call.Tags["gen_ai.response.finish_reasons"]);
        Assert.Equal("2", call.Tags["gen_ai.usage.output_tokens"]);
        var server = Assert.Single(collector.Spans(), span => span.Parent == Parent
            && span.Tags.GetValueOrDefault("http.response.status_code") == "200");
        Assert.Equal("POST /v1/chat/completions", server.Name);
        Assert.DoesNotContain(Canary, collector.AllText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_miner_never_sees_the_callers_trace()
    {
        await using var miner = await ScriptedExpert.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(ScriptedExpert.Settings(miner));

        await SendAsync(gateway.Client, ScriptedExpert.Model, stream: false);

        var seen = Assert.Single(miner.Calls);
        Assert.DoesNotContain(seen.Headers, header =>
            header.Key.StartsWith("trace", StringComparison.OrdinalIgnoreCase)
            || header.Key.Equals("baggage", StringComparison.OrdinalIgnoreCase)
            || header.Value.Contains(Trace, StringComparison.Ordinal));
    }

    private static async Task SendAsync(HttpClient client, string model, bool stream)
    {
        using var request = new HttpRequestMessage(
            HttpMethod.Post, new Uri("v1/chat/completions", UriKind.Relative));
        request.Headers.Add("traceparent", $"00-{Trace}-{Parent}-01");
        request.Headers.Add("baggage", $"who={Canary}");
        request.Content = new StringContent(
            $$"""{"model":"{{model}}","stream":{{(stream ? "true" : "false")}},"messages":"""
                + $$"""[{"role":"user","content":"{{Canary}} What is 2 + 2?"}]}""",
            Encoding.UTF8, "application/json");
        using var answer = await client.SendAsync(request, Token);
        await answer.Content.ReadAsStringAsync(Token);
    }
}
