using System.Net;
using System.Text;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Chat;

/// <summary>Many callers at once. How fast they are served is measured by <c>bench http</c>; here nobody looks at a
/// clock.</summary>
public sealed class CrowdTests
{
    private const int Callers = 500;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>The expert answers nobody until all have come to it: a queue, a pool or a lock on the way that holds
    /// back some of them until others are through would never end.</summary>
    [Fact]
    public async Task Complaint_26_Five_hundred_at_once_stand_before_the_expert_at_once()
    {
        var (come, all) = (0, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await using var miner = await ScriptedMiner.StartAsync(AnswerAsync, Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));

        // The first one leases the credit and fetches the key.
        all.SetResult();
        Assert.Equal(HttpStatusCode.OK, await AskAsync(gateway));
        all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        come = 0;

        var answers = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => AskAsync(gateway)));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));

        async Task AnswerAsync(MinerCall call)
        {
            if (Interlocked.Increment(ref come) == Callers)
            {
                all.TrySetResult();
            }

            await all.Task.WaitAsync(call.Gone);
            await call.SendStatusAsync(200, ChatFrames.Whole("x", """{"prompt_tokens":1,"completion_tokens":1}"""));
        }
    }

    private static async Task<HttpStatusCode> AskAsync(InProcessGateway gateway)
    {
        using var body = new StringContent(
            """{"model":"scripted","max_tokens":5,"messages":[{"role":"user","content":"x"}]}""",
            Encoding.UTF8, "application/json");
        using var answer = await gateway.Client.PostAsync(
            new Uri("v1/chat/completions", UriKind.Relative), body, Token);
        return answer.StatusCode;
    }
}
