using System.Text;
using Gateway.Router.Tests.Forwarding;
using Gateway.Testing.Miners;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Router.Tests.Combining;

/// <summary>Many prompts in one request, of which eight are asked at once.</summary>
public sealed class PromptsTests
{
    private const int Places = 8;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_last_prompt_has_its_own_time()
    {
        var time = new FakeTimeProvider();
        var (first, others, last) = (
            new TaskCompletionSource(), new TaskCompletionSource(), new TaskCompletionSource());
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                var isLast = call.Json.TryGetProperty("last", out _);
                await (isLast ? last.Task : call.Json.TryGetProperty("first", out _) ? first.Task : others.Task)
                    .WaitAsync(call.Gone);
                await call.SendStatusAsync(200, ChatFrames.Whole(
                    "x", """{"prompt_tokens":1,"completion_tokens":1}"""));
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Time = time,
                Limits = new() { FirstToken = TimeSpan.FromHours(1) },
                Stream = false,
                Choices = Places + 1,
                Prompts =
                [
                    PromptOf("""{"first":1}"""), .. Enumerable.Repeat(PromptOf("{}"), Places - 1),
                    PromptOf("""{"last":1}"""),
                ],
            }, Ct);

        var asking = host.AskAsync(Ct);
        await Waiting.UntilAsync(() => miner.Calls.Count == Places);
        time.Advance(TimeSpan.FromMinutes(6));
        first.SetResult();
        await Waiting.UntilAsync(() => miner.Calls.Count == Places + 1);

        // All others have ended before the last one's own six minutes.
        others.SetResult();
        await Waiting.UntilAsync(() => host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().InFlight == 1);
        time.Advance(TimeSpan.FromMinutes(6));
        last.SetResult();
        await asking;

        Assert.Equal(DeliveryStatus.Complete, (await host.Delivery).Status);
    }

    [Fact]
    public async Task A_bug_of_ours_ends_all_of_them()
    {
        await using var host = await RouterHost.StartAsync(
            new(new Uri("http://127.0.0.1:9/"))
            {
                Signer = new BrokenSigner(),
                Choices = Places + 1,
                Prompts = [.. Enumerable.Repeat(PromptOf("{}"), Places + 1)],
            }, Ct);

        var (response, _) = await host.AskAsync(Ct).WaitAsync(TimeSpan.FromSeconds(60), TimeProvider.System, Ct);

        Assert.Equal(500, (int)response.StatusCode);
    }

    private static PromptCall PromptOf(string body) => new(Encoding.UTF8.GetBytes(body), 100, 5);
}
