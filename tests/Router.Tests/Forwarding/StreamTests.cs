using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

public sealed class StreamTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_is_written_anew_with_usage_and_cost_at_its_end()
    {
        await using var miner = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        var (response, body) = await host.AskAsync(Ct);

        var frames = Frames.Parse(body);
        Assert.Equal("text/event-stream; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("no", response.Headers.GetValues("x-accel-buffering").Single());
        Assert.Equal("static/0", response.Headers.GetValues("x-gateway-expert").Single());
        Assert.Matches(
            @"^gw;dur=\d+\.\d{3}, upstream;dur=\d+\.\d{3}$", response.Headers.GetValues("server-timing").Single());
        Assert.Equal(host.Setup.Request.ToString(), response.Headers.GetValues("x-request-id").Single());
        Assert.Equal("""{"role":"assistant","content":"Hello"}""", frames[0].Delta());
        Assert.Equal("""{"content":" world \"é\u2028\n"}""", frames[1].Delta());
        Assert.Equal("stop", frames[2].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.All(frames[..3], frame => Assert.Equal(JsonValueKind.Null, frame.GetProperty("usage").ValueKind));
        Assert.All(frames, frame => Assert.Equal(
            "chatcmpl-01890000000070008000000000000001", frame.GetProperty("id").GetString()));
        var last = frames[3];
        Assert.Empty(last.GetProperty("choices").EnumerateArray());
        Assert.Equal(
            """{"prompt_tokens":7,"completion_tokens":2,"total_tokens":9"""
            + ""","prompt_tokens_details":{"cached_tokens":0}"""
            + ""","completion_tokens_details":{"reasoning_tokens":0},"cost":0.000000123,"cost_nusd":123"""
            + ""","estimated":false,"cost_details":{"input_nusd":20,"cached_nusd":0,"output_nusd":100"""
            + ""","reasoning_nusd":0,"other_nusd":3,"calls":1}}""",
            last.GetProperty("usage").GetRawText());
        var gateway = last.GetProperty("x_gateway");
        Assert.Equal(host.Setup.Request.ToString(), gateway.GetProperty("request_id").GetString());
        Assert.True(gateway.GetProperty("overhead_us").GetInt64() >= 0);
        Assert.EndsWith("\n\n" + ChatFrames.Done, body, StringComparison.Ordinal);
        var delivery = await host.Delivery;
        Assert.Equal(
            (DeliveryStatus.Complete, "stop", false), (delivery.Status, delivery.FinishReason, delivery.Estimated));
    }

    [Fact]
    public async Task The_commitment_is_of_the_salt_and_all_bytes_before_the_usage_chunk()
    {
        await using var miner = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        var (_, body) = await host.AskAsync(Ct);

        var end = body.LastIndexOf("data: {", StringComparison.Ordinal);
        Assert.Equal(SHA256.HashData([.. RouterHost.Salt, .. Encoding.UTF8.GetBytes(body[..end])]), host.Commitment);
    }

    [Fact]
    public async Task Complaint_36_Without_include_usage_the_last_chunk_has_an_empty_choice_and_earlier_ones_no_usage()
    {
        await using var miner = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { IncludeUsage = false }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        var frames = Frames.Parse(body);
        Assert.All(frames[..^1], frame => Assert.False(frame.TryGetProperty("usage", out _)));
        Assert.Equal("{}", frames[^1].Delta());
        Assert.Equal(123, frames[^1].GetProperty("usage").GetProperty("cost_nusd").GetInt64());
    }

    [Fact]
    public async Task Attack_27_Done_and_usage_inside_content_stay_text()
    {
        const string Text = "data: [DONE]\n\ndata: {\"usage\":{\"completion_tokens\":999}}\n\n";
        await using var miner = await ScriptedMiner.StartAsync(
            async call => await call.SendAsync(
                ChatFrames.Text(Text) + ChatFrames.Finish() + ChatFrames.Usage("7", "3") + ChatFrames.Done), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        var (_, body) = await host.AskAsync(Ct);

        Assert.Equal(Text, Frames.Text(body));
        Assert.Equal(3, (await host.Delivery).Usage.Output);
        Assert.Equal(1, body.Split("\ndata: [DONE]\n").Length - 1);
    }

    [Fact]
    public async Task Attack_26_Upstream_headers_never_reach_the_caller()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                call.Response.Headers["Set-Cookie"] = "a=b";
                call.Response.Headers["Access-Control-Allow-Origin"] = "*";
                call.Response.Headers["x-ratelimit-limit-requests"] = "1";
                call.Response.Headers["x-gateway-cost"] = "0";
                await HelloAsync(call);
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        var (response, _) = await host.AskAsync(Ct);

        var names = response.Headers.Select(header => header.Key).Order(StringComparer.OrdinalIgnoreCase);
        Assert.Equal(
            ["Cache-Control", "Date", "openai-processing-ms", "Server", "server-timing", "Transfer-Encoding",
                "x-accel-buffering", "x-gateway-expert", "x-request-id"], names, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_end_without_a_finish_reason_is_no_success_even_with_done()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync(ChatFrames.Text("a") + "\n" + ChatFrames.Text("b") + ChatFrames.Done), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        var (response, _) = await host.AskAsync(Ct);

        // All of it came at once, so nothing was sent and a status could still be given.
        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("unfinished", (await host.Delivery).Attempts[0].Reason);
    }

    [Theory]
    [InlineData("data: {\"error\":{\"message\":\"no\"}}\n\n", "error_frame")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":5}}]}\n\n", "garbage")]
    [InlineData("data: {\"choices\":[{\"index\":-1,\"delta\":{\"content\":\"x\"}}]}\n\n", "garbage")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\",\"content\":\"y\"}}]}\n\n", "garbage")]
    [InlineData("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\\ud800\"}}]}\n\n", "garbage")]
    [InlineData("data: {\"choices\":[]} {}\n\n", "garbage")]
    [InlineData("data: nonsense\n\n", "garbage")]
    public async Task A_bad_frame_before_any_content_is_a_silent_retry(string frame, string reason)
    {
        await using var bad = await ScriptedMiner.StartAsync(call => call.SendAsync(frame), Ct);
        await using var good = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, good.Address), Ct);

        var (_, body) = await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal(DeliveryStatus.Complete, delivery.Status);
        Assert.Equal([reason, ""], delivery.Attempts.Select(attempt => attempt.Reason));
        Assert.DoesNotContain("error", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_23_A_line_without_end_is_cut_off()
    {
        await using var endless = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (var line = new string('a', 64 * 1024); ; await Task.Yield())
                {
                    await call.SendAsync(line);
                }
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(endless.Address), Ct);

        var (response, _) = await host.AskAsync(Ct);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.Equal("too_large", (await host.Delivery).Attempts[0].Reason);
        await endless.Calls[0].Aborted.WaitAsync(TimeSpan.FromSeconds(5), Ct);
    }

    [Fact]
    public async Task Attack_23_An_answer_larger_than_its_tokens_can_be_is_cut_off()
    {
        await using var endless = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (; ; await Task.Yield())
                {
                    await call.SendAsync(": nothing\n\n");
                }
            }, Ct);
        await using var host = await RouterHost.StartAsync(
            new(endless.Address) { Allowance = new() { OutputTokensLimit = 4 } }, Ct);

        await host.AskAsync(Ct);

        Assert.Equal("too_large", (await host.Delivery).Attempts[0].Reason);
    }

    [Fact]
    public async Task When_settling_fails_the_stream_ends_in_an_error_without_finish_usage_or_done()
    {
        await using var miner = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { SettlingFails = true }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        AssertEndsInError(body, "billing_unavailable", isFree: false);
        Assert.DoesNotContain("cost_nusd", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Choices_interleave_and_each_begins_with_its_role()
    {
        const string Frame =
            """data: {"choices":[{"delta":{"content":"x"},"index":1"""
            + ""","logprobs":{"content":[{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":[]"""
            + ""","extra":1}]}},{"index":0,"delta":{"tool_calls":[{"index":0"""
            + ""","id":"call_1","type":"function","function":{"name":"f","arguments":"{"}}]}}]}""";
        const string End =
            """data: {"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"},{"index":1,"delta":{}"""
            + ""","finish_reason":"stop"}]}""";
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync($"{Frame}\n\n{End}\n\n{ChatFrames.Done}"), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { Choices = 2 }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        var choices = Frames.Parse(body)[0].GetProperty("choices");
        Assert.Equal(
            """{"index":1,"delta":{"role":"assistant","content":"x"}"""
            + ""","logprobs":{"content":[{"token":"x","logprob":-0.5,"bytes":[120],"top_logprobs":[]}]}"""
            + ""","finish_reason":null}""",
            choices[0].GetRawText());
        Assert.Equal(
            """{"index":0,"delta":{"role":"assistant","tool_calls":[{"index":0"""
            + ""","id":"call_1","type":"function","function":{"name":"f","arguments":"{"}}]}"""
            + ""","logprobs":null,"finish_reason":null}""",
            choices[1].GetRawText());
        var end = Frames.Parse(body)[1].GetProperty("choices")[0];
        Assert.Equal("tool_calls", end.GetProperty("finish_reason").GetString());
    }

    [Theory]
    [InlineData("""{"index":1,"delta":{"content":"x"}}""")]
    [InlineData("""{"index":127,"delta":{},"finish_reason":"stop"}""")]
    public async Task A_choice_nobody_asked_for_is_garbage(string choice)
    {
        await using var bad = await ScriptedMiner.StartAsync(
            call => call.SendAsync(
                $$"""data: {"choices":[{{choice}}]}""" + "\n\n" + ChatFrames.Text("a") + ChatFrames.Finish()
                + ChatFrames.Done), Ct);
        await using var good = await ScriptedMiner.StartAsync(HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, good.Address), Ct);

        await host.AskAsync(Ct);

        Assert.Equal(["garbage", ""], (await host.Delivery).Attempts.Select(attempt => attempt.Reason));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_stream_with_fewer_choices_than_asked_for_is_unfinished(bool withDone)
    {
        await using var bad = await ScriptedMiner.StartAsync(
            call => call.SendAsync(
                ChatFrames.Text("a") + ChatFrames.Finish() + (withDone ? ChatFrames.Done : "")), Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address) { Choices = 2 }, Ct);

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.NotEqual(DeliveryStatus.Complete, delivery.Status);
        Assert.Equal("unfinished", delivery.Attempts.Single().Reason);
    }

    [Fact]
    public async Task A_cut_ends_every_choice_asked_for()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync(ChatFrames.Text("a") + ChatFrames.Text("b")), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                Choices = 2,
                Allowance = new() { OutputTokensLimit = 1, CoveredOutputTokens = 1 },
            }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        Assert.Equal(
            [(0, "length"), (1, "length")],
            Frames.Parse(body)[1..^1].Select(frame => frame.GetProperty("choices")[0]).Select(choice =>
                (choice.GetProperty("index").GetInt32(), choice.GetProperty("finish_reason").GetString())));
    }

    [Fact]
    public async Task A_finish_on_a_frame_that_was_cut_off_is_not_the_answers_finish()
    {
        const string Last = """data: {"choices":[{"index":0,"delta":{"content":"c"},"finish_reason":"stop"}]}""";
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync($"{ChatFrames.Text("a")}{ChatFrames.Text("b")}{Last}\n\n{ChatFrames.Done}"), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Allowance = new() { OutputTokensLimit = 2, CoveredOutputTokens = 2 } }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        Assert.Equal("ab", Frames.Text(body));
        Assert.Equal((DeliveryStatus.CutByLimit, "length"), await StatusAsync(host));
        Assert.DoesNotContain("\"stop\"", body, StringComparison.Ordinal);
    }

    internal static Task HelloAsync(MinerCall call) => call.SendAsync(
        ChatFrames.Role() + ChatFrames.Text("Hello") + ChatFrames.Text(" world \"é\u2028\n") + ChatFrames.Finish()
        + ChatFrames.Usage("7", "2") + ChatFrames.Done);

    private static async Task<(DeliveryStatus Status, string FinishReason)> StatusAsync(RouterHost host)
    {
        var delivery = await host.Delivery;
        return (delivery.Status, delivery.FinishReason);
    }

    // That it was free is told wherever it is known, and nowhere else.
    internal static void AssertEndsInError(string body, string code, bool isFree = true)
    {
        var last = Frames.Parse(body)[^1].GetProperty("error");
        Assert.Equal(code, last.GetProperty("code").GetString());
        Assert.Equal(isFree, last.TryGetProperty("details", out var details));
        Assert.True(!isFree || details.GetProperty("charge_nusd").GetInt64() == 0);
        Assert.DoesNotContain("[DONE]", body, StringComparison.Ordinal);
        Assert.DoesNotContain("\"stop\"", body, StringComparison.Ordinal);
    }
}
