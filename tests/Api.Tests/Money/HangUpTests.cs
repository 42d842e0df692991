using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

/// <summary>A client that leaves pays for what it was given, no more and no less, and its miner stops at
/// once.</summary>
public sealed class HangUpTests
{
    private const int Chunks = 20;
    private const string Body = """{"model":"scripted","stream":true,"messages":[{"role":"user","content":"x"}]}""";

    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SettleLimit = TimeSpan.FromSeconds(2);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Attack_19_Complaint_01_02_04_05_Disconnect_at_every_chunk_charges_exactly(bool minerReportsUsage)
    {
        using var read = new SemaphoreSlim(0);
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var chunk = 1; chunk <= Chunks; chunk++)
                {
                    await call.SendTextAsync("word ", minerReportsUsage ? chunk : null);

                    // The next chunk only once the test has read this one.
                    await read.WaitAsync(call.Gone);
                }

                await call.SendAsync(ChatFrames.Finish() + ChatFrames.Done);
            },
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));

        for (var leaveAt = 1; leaveAt <= Chunks; leaveAt++)
        {
            var receipt = await LeaveAsync(gateway, read, leaveAt);
            await miner.Calls[^1].Aborted.WaitAsync(CancelLimit, Token);

            Assert.Equal(leaveAt, (int)receipt["usage"]!["output_tokens"]!);
            Assert.Equal(leaveAt * 10_000L, (long)receipt["charge_nusd"]!);
            Assert.Equal("client_gone", (string)receipt["outcome"]!);
        }

        var credits = (await gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal((0L, Chunks * (Chunks + 1) / 2 * 10_000L),
            ((long)credits["held_nusd"]!, (long)credits["total_usage_nusd"]!));
    }

    [Fact]
    public async Task Attack_19_Leaving_before_the_first_token_is_free()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));

        using var leave = new CancellationTokenSource();
        var answer = gateway.PostChatAsync(Body, leave.Token);
        while (miner.Calls.Count == 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, Token);
        }

        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);
        await miner.Calls[0].Aborted.WaitAsync(CancelLimit, Token);
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, Token);
        var credits = (await gateway.GetAsync("v1/credits", Token))["data"]!;
        Assert.Equal((0L, 0L), ((long)credits["held_nusd"]!, (long)credits["total_usage_nusd"]!));
    }

    private static async Task<JsonNode> LeaveAsync(InProcessGateway gateway, SemaphoreSlim read, int leaveAt)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("v1/chat/completions", UriKind.Relative))
        {
            Content = new StringContent(Body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")),
        };
        using var answer = await gateway.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        using (var lines = new StreamReader(await answer.Content.ReadAsStreamAsync(Token)))
        {
            for (var chunk = 1; chunk <= leaveAt; chunk++)
            {
                await ReadChunkAsync(lines);
                if (chunk < leaveAt)
                {
                    read.Release();
                }
            }
        }

        // Disposing an unread answer closes its connection: this is the hang-up.
        answer.Dispose();
        return await ReceiptAsync(gateway, answer.Headers.GetValues("x-gateway-receipt").Single());
    }

    private static async Task ReadChunkAsync(StreamReader lines)
    {
        while (await lines.ReadLineAsync(Token) is { } line)
        {
            if (line.Contains("word ", StringComparison.Ordinal))
            {
                return;
            }
        }

        Assert.Fail("The stream ended early.");
    }

    internal static async Task<JsonNode> ReceiptAsync(InProcessGateway gateway, string id)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(SettleLimit);
        while (true)
        {
            using var answer = await gateway.Client.GetAsync(
                new Uri($"v1/receipts/{id}", UriKind.Relative), limit.Token);
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }
}
