using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Telemetry;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Api.Tests.Telemetry;

public sealed class AccessLogTests
{
    private static readonly string[] Fields =
    [
        "time", "request_id", "trace_id", "org", "project", "key_id", "endpoint", "model_asked", "model_served",
        "strategy", "expert", "netuid", "attempts", "stream", "status", "code", "bytes_in", "bytes_out", "tokens_in",
        "tokens_cached", "tokens_out", "estimated", "cost_nusd", "ttft_ms", "total_ms", "overhead_us", "end",
        "replayed", "client",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_line_for_every_request_says_what_the_answer_said()
    {
        var file = Path.Combine(Path.GetTempPath(), $"access-{Guid.CreateVersion7()}.jsonl");
        var sent = new List<(HttpStatusCode Status, string Id, byte[] Body)>();
        string key;
        string org;
        await using var expert = await ScriptedExpert.StartAsync();
        await using (var gateway = await InProcessGateway.StartAsync(
            [.. ScriptedExpert.Settings(expert), $"--Gateway:AccessLog={file}"]))
        {
            (key, org) = ((string)gateway.DevNet["apiKey"]!, (string)gateway.DevNet["organization"]!);
            foreach (var body in (string[])
            [
                ScriptedExpert.Body(stream: false, "canary-55 prompt"),
                ScriptedExpert.Body(stream: true, "canary-55"),
                """{"model":"canary-55","messages":[{"role":"user","content":"x"}]}""",
            ])
            {
                using var answer = await gateway.PostChatAsync(body, Token);
                sent.Add((answer.StatusCode, answer.Headers.GetValues("x-request-id").Single(),
                    await answer.Content.ReadAsByteArrayAsync(Token)));
            }

            using var probe = await gateway.Client.GetAsync(
                new Uri("v1/models?canary-55=canary-55", UriKind.Relative), Token);
            sent.Add((probe.StatusCode, probe.Headers.GetValues("x-request-id").Single(),
                await probe.Content.ReadAsByteArrayAsync(Token)));
        }

        // A gateway that has ended has written every line.
        var text = await File.ReadAllTextAsync(file, Token);
        File.Delete(file);
        Assert.DoesNotContain("canary-55", text, StringComparison.Ordinal);
        Assert.DoesNotContain(key, text, StringComparison.Ordinal);
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!.AsObject())
            .ToDictionary(line => (string)line["request_id"]!);
        Assert.All(lines.Values, line => Assert.Equal(Fields, line.Select(field => field.Key)));
        foreach (var (status, id, body) in sent)
        {
            Assert.Equal(((int)status, body.LongLength), ((int)lines[id]["status"]!, (long)lines[id]["bytes_out"]!));
            Assert.Equal(org, (string)lines[id]["org"]!);
            Assert.Equal("127.0.0.0/24", (string)lines[id]["client"]!);
            Assert.Equal("complete", (string)lines[id]["end"]!);
        }

        var (whole, streamed, refused) = (lines[sent[0].Id], lines[sent[1].Id], lines[sent[2].Id]);
        var usage = JsonNode.Parse(sent[0].Body)!["usage"]!;
        Assert.Equal((long)usage["prompt_tokens"]!, (long)whole["tokens_in"]!);
        Assert.Equal((long)usage["completion_tokens"]!, (long)whole["tokens_out"]!);
        Assert.Equal((long)usage["cost_nusd"]!, (long)whole["cost_nusd"]!);
        Assert.Equal(("scripted", "scripted"), ((string)whole["model_asked"]!, (string)whole["model_served"]!));
        Assert.Equal(("static/scripted", 1), ((string)whole["expert"]!, (int)whole["attempts"]!));
        Assert.Equal("other", (string)refused["model_asked"]!);
        Assert.True((long)whole["overhead_us"]! <= (double)whole["total_ms"]! * 1000);
        Assert.True(whole["ttft_ms"] is null && (bool)streamed["stream"]! && (double)streamed["ttft_ms"]! > 0);
        Assert.Equal("model_not_found", (string)refused["code"]!);
        Assert.Equal("/v1/models", (string)lines[sent[3].Id]["endpoint"]!);
    }

    [Fact]
    public async Task What_cannot_be_written_is_dropped_counted_and_keeps_nobody_waiting()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var metrics = new GatewayMetrics(gateway.Services.GetRequiredService<ModelNames>());
        using var log = new AccessLog(
            () => throw new IOException("disk full"), metrics, NullLogger<AccessLog>.Instance);
        for (var line = 0; line < AccessLog.MaxWaiting + 7; line++)
        {
            log.Add(AccessLine.Of(
                new DefaultHttpContext(), new(), gateway.Services.GetRequiredService<ModelNames>(), 0, null));
        }

        Assert.Equal(7, Dropped(metrics));
        await log.StartAsync(Token);
        await log.StopAsync(Token);

        Assert.Equal(AccessLog.MaxWaiting + 7, Dropped(metrics));
    }

    [Theory]
    [InlineData("203.0.113.77", "203.0.113.0/24")]
    [InlineData("::ffff:203.0.113.77", "203.0.113.0/24")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48")]
    public void Of_an_address_only_its_network_is_kept(string address, string network) =>
        Assert.Equal(network, AccessLine.NetworkOf(IPAddress.Parse(address)));

    private static double Dropped(GatewayMetrics metrics)
    {
        var text = new System.Text.StringBuilder();
        metrics.Write(text);
        return PrometheusParser.Parse(text.ToString()).Sum("gateway_access_log_dropped_total");
    }
}
