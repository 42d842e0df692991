using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

public sealed class ChoicesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_13_The_token_limit_is_for_each_choice_and_the_hold_for_all()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendStatusAsync(200, """
                {"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},
                 {"index":1,"message":{"role":"assistant","content":"b"},"finish_reason":"stop"}],
                 "usage":{"prompt_tokens":1,"completion_tokens":2}}
                """),
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "500"));

        // 0.0005 USD a token: two choices of 5,000 tokens are the demo credit of 5 USD, two of 5,001 are not.
        using var tooDear = await gateway.PostChatAsync(Body(5_001), Token);
        Assert.Equal(HttpStatusCode.PaymentRequired, tooDear.StatusCode);
        using var answer = await gateway.PostChatAsync(Body(5_000), Token);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(5_000, Assert.Single(miner.Calls).Json.GetProperty("max_tokens").GetInt32());
        var choices = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["choices"]!.AsArray();
        Assert.Equal(["a", "b"], choices.Select(choice => (string)choice!["message"]!["content"]!));
    }

    private static string Body(int tokens) =>
        $$"""{"model":"scripted","n":2,"max_tokens":{{tokens}},"messages":[{"role":"user","content":"x"}]}""";
}
