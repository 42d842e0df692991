using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Shapes;

/// <summary>What an organisation may store of responses.</summary>
public sealed class ResponseQuotaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_has_stored_enough_is_told_what_to_do_and_asks_no_expert()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendStatusAsync(200, ChatFrames.Whole("x", """{"prompt_tokens":1,"completion_tokens":1}""")),
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
        [
            "--Gateway:Responses:QuotaBytes=10",
            .. InProcessGateway.StaticExpert(miner.Address, "scripted", "10"),
        ]);

        var (first, made) = await AskAsync(gateway, store: true);
        var (full, refused) = await AskAsync(gateway, store: true);
        var (unstored, _) = await AskAsync(gateway, store: false);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.Conflict, HttpStatusCode.OK), (first, full, unstored));
        Assert.Equal("conflict", (string?)refused["error"]!["code"]);
        Assert.Contains("DELETE /v1/responses/", (string?)refused["error"]!["message"], StringComparison.Ordinal);
        Assert.Equal(2, miner.Calls.Count);

        using var deleted = await gateway.Client.DeleteAsync(
            new Uri($"v1/responses/{made["id"]}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, store: true)).Status);
    }

    [Fact]
    public async Task What_is_under_way_counts_and_counting_tokens_does_not()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                asked.TrySetResult();
                await answer.Task.WaitAsync(call.Gone);
                await call.SendStatusAsync(
                    200, ChatFrames.Whole("x", """{"prompt_tokens":1,"completion_tokens":1}"""));
            },
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
        [
            "--Gateway:Responses:QuotaBytes=10",
            .. InProcessGateway.StaticExpert(miner.Address, "scripted", "10"),
        ]);

        var first = AskAsync(gateway, store: true);
        await asked.Task.WaitAsync(Token);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(gateway, store: true)).Status);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(gateway, store: true, "v1/responses/input_tokens")).Status);
        answer.SetResult();
        Assert.Equal(HttpStatusCode.OK, (await first).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await AskAsync(gateway, store: true)).Status);
    }

    private static async Task<(HttpStatusCode Status, JsonNode Body)> AskAsync(
        InProcessGateway gateway, bool store, string path = "v1/responses")
    {
        using var answer = await gateway.Client.PostAsync(
            new Uri(path, UriKind.Relative),
            new StringContent(
                $$"""{"model":"scripted","input":"x","store":{{(store ? "true" : "false")}}}""",
                Encoding.UTF8, "application/json"),
            Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }
}
