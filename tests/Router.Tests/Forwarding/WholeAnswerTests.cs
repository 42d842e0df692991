using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

public sealed class WholeAnswerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_whole_answer_is_written_anew_and_priced()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call =>
            {
                call.Response.Headers["Set-Cookie"] = "a=b";
                return call.RespondAsync(200, """
                    {"id":"evil","object":"x","system_fingerprint":"f","usage":{"prompt_tokens":9,
                     "completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4}},
                     "choices":[{"finish_reason":"stop","index":0,
                                 "message":{"content":"[DONE] é","role":"evil","extra":1}}]}
                    """);
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { Stream = false }, Ct);

        var (response, body) = await host.AskAsync(Ct);

        var json = JsonSerializer.Deserialize<JsonElement>(body);
        Assert.Equal("0.000000123", response.Headers.GetValues("x-gateway-cost").Single());
        Assert.False(response.Headers.Contains("Set-Cookie"));
        Assert.Equal(Encoding.UTF8.GetByteCount(body), response.Content.Headers.ContentLength);
        Assert.Equal("chat.completion", json.GetProperty("object").GetString());
        Assert.Equal(
            """[{"index":0,"message":{"role":"assistant","content":"[DONE] é"},"logprobs":null"""
            + ""","finish_reason":"stop"}]""",
            json.GetProperty("choices").GetRawText());
        var details = json.GetProperty("usage").GetProperty("prompt_tokens_details");
        Assert.Equal(4, details.GetProperty("cached_tokens").GetInt32());
        Assert.Equal("static/0", json.GetProperty("x_gateway").GetProperty("expert").GetString());
        Assert.Equal(
            SHA256.HashData([.. RouterHost.Salt, .. Encoding.UTF8.GetBytes(body)]), host.Commitment);
        Assert.False(miner.Calls[0].Json.GetProperty("stream").GetBoolean());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"choices\":[]}")]
    [InlineData("{\"choices\":[],\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}")]
    [InlineData("{\"choices\":[{\"index\":0,\"finish_reason\":\"stop\"}]}")]
    [InlineData("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\"}}]}")]
    [InlineData("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\"},\"finish_reason\":\"eos\"}]}")]
    [InlineData("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]} x")]
    [InlineData("{\"error\":{},\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}")]
    [InlineData("{\"choices\":[{\"index\":0,\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}")]
    [InlineData("<html>")]
    public async Task A_body_that_is_no_whole_answer_is_a_silent_retry(string body)
    {
        await using var bad = await ScriptedMiner.StartAsync(call => call.RespondAsync(200, body), Ct);
        await using var good = await ScriptedMiner.StartAsync(
            call => call.RespondAsync(200, ChatFrames.Whole("ok", "{}")), Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, good.Address) { Stream = false }, Ct);

        var (response, _) = await host.AskAsync(Ct);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("static/1", (await host.Delivery).Served?.Name);
    }

    [Theory]
    [InlineData(1, new[] { 1 })]
    [InlineData(1, new[] { 0, 1 })]
    [InlineData(2, new[] { 0 })]
    [InlineData(2, new[] { 0, 2 })]
    [InlineData(2, new[] { 1, 1 })]
    [InlineData(3, new[] { 2, 0 })]
    public async Task A_whole_answer_has_exactly_the_choices_asked_for(int asked, int[] given)
    {
        var choices = given.Select(index =>
            $$$"""{"index":{{{index}}},"message":{"content":"x"},"finish_reason":"stop"}""");
        await using var bad = await ScriptedMiner.StartAsync(
            call => call.RespondAsync(200, $$"""{"choices":[{{string.Join(',', choices)}}]}"""), Ct);
        await using var host = await RouterHost.StartAsync(
            new(bad.Address) { Stream = false, Choices = asked }, Ct);

        await host.AskAsync(Ct);

        Assert.Equal("garbage", (await host.Delivery).Attempts.Single().Reason);
    }

    [Fact]
    public async Task A_caller_who_leaves_before_a_whole_answer_pays_nothing()
    {
        await using var silent = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Ct);
        await using var host = await RouterHost.StartAsync(new(silent.Address) { Stream = false }, Ct);
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Ct);

        var posting = host.PostAsync("{}", leaving.Token);
        await Waiting.UntilAsync(() => silent.Calls.Count == 1);
        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => posting);
        await silent.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(1), Ct);
        var delivery = await host.Delivery.WaitAsync(TimeSpan.FromSeconds(2), Ct);
        Assert.Equal((DeliveryStatus.ClientGone, default), (delivery.Status, delivery.Usage));
    }

    [Fact]
    public async Task A_caller_who_takes_nothing_of_a_whole_answer_is_cut_off_and_it_stays_settled()
    {
        await using var miner = await ScriptedMiner.StartAsync(LargeAsync, Ct);
        await using var host = await StartLargeAsync(miner, stall: TimeSpan.FromMilliseconds(300));
        using var response = await host.PostAsync("{}", Ct);
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System, Ct);

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsStringAsync(Ct));

        Assert.Equal(DeliveryStatus.Complete, (await host.Delivery).Status);
    }

    [Fact]
    public async Task A_caller_who_takes_a_whole_answer_slowly_gets_all_of_it()
    {
        await using var miner = await ScriptedMiner.StartAsync(LargeAsync, Ct);
        await using var host = await StartLargeAsync(miner, stall: TimeSpan.FromSeconds(1));
        using var response = await host.PostAsync("{}", Ct);
        using var stream = await response.Content.ReadAsStreamAsync(Ct);
        var piece = new byte[1024 * 1024];
        var total = 0L;
        for (var count = -1; count != 0; total += count)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Ct);
            count = await stream.ReadAtLeastAsync(piece, piece.Length, throwOnEndOfStream: false, Ct);
        }

        Assert.Equal(response.Content.Headers.ContentLength, total);
    }

    [Fact]
    public async Task When_settling_fails_a_whole_answer_is_an_error_of_the_hosts_own()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.RespondAsync(200, ChatFrames.Whole("ok", "{}")), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Stream = false, SettlingFails = true }, Ct);

        var (response, body) = await host.AskAsync(Ct);

        Assert.Equal((503, ""), ((int)response.StatusCode, body));
    }

    // More than the buffers of both ends of a connection hold.
    private static Task LargeAsync(MinerCall call) =>
        call.RespondAsync(200, ChatFrames.Whole(new string('x', 24 * 1024 * 1024), "{\"completion_tokens\":9}"));

    private static Task<RouterHost> StartLargeAsync(ScriptedMiner miner, TimeSpan stall) => RouterHost.StartAsync(
        new(miner.Address)
        {
            Stream = false,
            Limits = new() { CallerStall = stall },
            Allowance = new() { OutputTokensLimit = 100_000, CoveredOutputTokens = 100_000 },
        }, Ct);
}
