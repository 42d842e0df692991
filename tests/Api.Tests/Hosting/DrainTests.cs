using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Hosting;

/// <summary>SIGTERM: what has begun is finished and paid for, and the exit code is 0.</summary>
public sealed class DrainTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_that_outlasts_the_drain_ends_with_an_error_and_is_free()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var token = 1; ; token++)
                {
                    await call.SendTextAsync("word ", token);
                    await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, call.Gone);
                }
            },
            Token);
        var directory = GatewayProcess.NewDataDirectory();
        await using var gateway = await GatewayProcess.StartReadyAsync(
            directory,
            [
                .. Http.InProcessGateway.StaticExpert(miner.Address, "scripted", "10"),
                "--Gateway:DrainTimeout=00:00:03",
            ]);
        using var client = gateway.CreateClient();
        using var request = StreamRequest();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        await reader.ReadLineAsync(Token);

        var stopped = gateway.StopAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        using var ready = await client.GetAsync(new Uri("readyz", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        using var refused = await client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
        Assert.Contains("draining", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

        var rest = await reader.ReadToEndAsync(Token);
        Assert.Contains("\"error\"", rest, StringComparison.Ordinal);
        Assert.DoesNotContain("[DONE]", rest, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);
        Assert.DoesNotContain("   at ", gateway.Errors, StringComparison.Ordinal);
        await AssertCreditsAsync(directory, used: 0);
    }

    [Fact]
    public async Task A_stream_in_flight_is_finished_before_the_process_ends()
    {
        var goOn = new TaskCompletionSource();
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                await call.SendTextAsync("first ", 1);
                await goOn.Task.WaitAsync(call.Gone);
                await call.SendAsync(ChatFrames.Text("second", 2) + ChatFrames.Finish() + ChatFrames.Done);
            },
            Token);
        var directory = GatewayProcess.NewDataDirectory();
        await using var gateway = await GatewayProcess.StartReadyAsync(
            directory, Http.InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        using var client = gateway.CreateClient();
        using var request = StreamRequest();
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Token));
        Assert.Contains("first", await reader.ReadLineAsync(Token), StringComparison.Ordinal);

        var stopped = gateway.StopAsync();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        Assert.False(stopped.IsCompleted);
        goOn.SetResult();
        var rest = await reader.ReadToEndAsync(Token);

        Assert.EndsWith("data: [DONE]\n\n", rest, StringComparison.Ordinal);
        Assert.Contains("\"cost_nusd\":20000", rest, StringComparison.Ordinal);
        Assert.Equal(0, await stopped);

        await AssertCreditsAsync(directory, used: 20_000);
    }

    private static HttpRequestMessage StreamRequest() =>
        new(HttpMethod.Post, new Uri("v1/chat/completions", UriKind.Relative))
        {
            Content = new StringContent(
                """{"model":"scripted","stream":true,"messages":[{"role":"user","content":"x"}]}""",
                Encoding.UTF8,
                "application/json"),
        };

    private static async Task AssertCreditsAsync(string directory, long used)
    {
        await using var next = await GatewayProcess.StartReadyAsync(directory);
        using var reading = next.CreateClient();
        var credits = await reading.GetFromJsonAsync<JsonObject>(new Uri("v1/credits", UriKind.Relative), Token);
        Assert.Equal(
            (used, 0L), ((long)credits!["data"]!["total_usage_nusd"]!, (long)credits["data"]!["held_nusd"]!));
    }
}
