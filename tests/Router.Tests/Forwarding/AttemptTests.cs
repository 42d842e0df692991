using Gateway.Router.Forwarding;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Gateway.Testing.Miners;

namespace Gateway.Router.Tests.Forwarding;

public sealed class AttemptTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(503)]
    [InlineData(500)]
    [InlineData(429)]
    [InlineData(404)]
    [InlineData(204)]
    public async Task A_status_that_is_no_answer_is_a_silent_retry(int status)
    {
        await using var bad = await ScriptedMiner.StartAsync(call => call.RespondAsync(status), Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, good.Address), Ct);

        var (response, body) = await host.AskAsync(Ct);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.StartsWith("Hello", Frames.Text(body), StringComparison.Ordinal);
        Assert.Equal("static/1", response.Headers.GetValues("x-gateway-expert").Single());
        Assert.Equal(host.Setup.Request.ToString(), response.Headers.GetValues("x-request-id").Single());
        Assert.Equal($"http_{status}", (await host.Delivery).Attempts[0].Reason);
        Assert.Equal(1, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
    }

    [Fact]
    public async Task Attack_22_A_redirect_is_not_followed()
    {
        await using var inside = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var bad = await ScriptedMiner.StartAsync(
            call =>
            {
                call.Response.Headers.Location = inside.Address + "chat/completions";
                call.Response.Headers["Refresh"] = "0;url=" + inside.Address;
                return call.RespondAsync(302);
            }, Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address), Ct);

        var (response, _) = await host.AskAsync(Ct);

        Assert.Equal(502, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Location"));
        Assert.Empty(inside.Calls);
    }

    [Fact]
    public async Task A_refused_connection_is_a_silent_retry()
    {
        using var reserved = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        reserved.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var closed = new Uri($"http://{reserved.LocalEndPoint}/v1/");
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(closed, good.Address), Ct);

        await host.AskAsync(Ct);

        Assert.Equal(["connect", ""], (await host.Delivery).Attempts.Select(attempt => attempt.Reason));
    }

    [Fact]
    public async Task A_miner_that_resets_a_large_upload_is_not_blamed()
    {
        await using var miner = new ResettingMiner();
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        // More than the buffers of both ends of a connection hold.
        await host.AskAsync(Ct, $$"""{"messages":[],"x":"{{new string('x', 24 * 1024 * 1024)}}"}""");

        var delivery = await host.Delivery;
        Assert.Equal(DeliveryStatus.FailedBeforeFirstByte, delivery.Status);
        Assert.Equal("upload", delivery.Attempts.Single().Reason);
        Assert.Equal(0, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
    }

    [Fact]
    public async Task A_miner_that_hangs_up_on_a_small_request_is_blamed()
    {
        await using var miner = new ResettingMiner();
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        await host.AskAsync(Ct);

        Assert.Equal("connect", (await host.Delivery).Attempts.Single().Reason);
        Assert.Equal(1, host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read().Failures);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_bug_of_ours_is_held_against_nobody(bool inSigner)
    {
        await using var miner = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(
            inSigner
                ? new(miner.Address) { Signer = new BrokenSigner() }
                : new(miner.Address) { Allowance = new() { Breaks = true } }, Ct);

        var (response, _) = await host.AskAsync(Ct);

        // The host's own handler answers what was thrown.
        Assert.Equal(500, (int)response.StatusCode);
        Assert.False(host.Delivery.IsCompleted);
        var load = host.Loads.Of(host.Setup.Source.Current.Upstreams[0]).Read();
        Assert.Equal((0, 0), (load.Failures, load.InFlight));
    }

    [Fact]
    public async Task A_request_that_everybody_refuses_is_held_against_nobody()
    {
        await using var strict = await ScriptedMiner.StartAsync(call => call.RespondAsync(400), Ct);
        await using var host = await RouterHost.StartAsync(new(strict.Address, strict.Address, strict.Address), Ct);

        await host.AskAsync(Ct);

        var delivery = await host.Delivery;
        Assert.Equal(DeliveryStatus.FailedBeforeFirstByte, delivery.Status);
        Assert.Equal(3, strict.Calls.Count);
        Assert.All(
            host.Setup.Source.Current.Upstreams, upstream => Assert.Equal(0, host.Loads.Of(upstream).Read().Failures));
    }

    [Fact]
    public async Task Who_refuses_what_another_one_answers_has_failed()
    {
        await using var strict = await ScriptedMiner.StartAsync(call => call.RespondAsync(400), Ct);
        await using var good = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(strict.Address, strict.Address, good.Address), Ct);

        var (response, _) = await host.AskAsync(Ct);

        Assert.Equal(200, (int)response.StatusCode);
        await host.Delivery;
        Assert.Equal(
            [1, 1, 0],
            host.Setup.Source.Current.Upstreams.Select(upstream => host.Loads.Of(upstream).Read().Failures));
    }

    [Fact]
    public void A_long_prompt_has_the_time_to_be_read_on_top_of_what_is_usual()
    {
        var limits = new RouterLimits();

        Assert.Equal(TimeSpan.FromSeconds(2), limits.FirstTokenOf(0.1, 0));
        Assert.Equal(TimeSpan.FromSeconds(27), limits.FirstTokenOf(0.1, 100_000));
        Assert.Equal(TimeSpan.FromSeconds(31), limits.FirstTokenOf(null, 4000));
    }

    [Fact]
    public async Task At_most_three_experts_are_tried()
    {
        await using var bad = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(
            new(bad.Address, bad.Address, bad.Address, bad.Address), Ct);

        await host.AskAsync(Ct);

        Assert.Equal(3, bad.Calls.Count);
    }

    [Fact]
    public async Task The_miner_gets_only_what_it_needs_and_the_signer_the_exact_bytes()
    {
        const string Body = """
            {"model":"auto","user":"u-canary","metadata":{"a":"m-canary"},"safety_identifier":"s-canary","store":true,
             "messages":[{"role":"user","content":"h\u00e9 \"x\""}],"routing":{"only":["sn4"]},"max_cost":0.1,
             "stream":true,"stream_options":{"include_usage":false},"service_tier":"flex","prompt_cache_key":"p-canary",
             "prompt_cache_retention":"24h","prediction":{},"verbosity":"low","models":["a"],"temperature":0.50,
             "\u0075ser":"e-canary","max_tokens":99999,"unknown_field":[1,  2]}
            """;
        await using var miner = await ScriptedMiner.StartAsync(StreamTests.HelloAsync, Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { MaxTokens = 99999 }, Ct);

        await host.AskAsync(Ct, Body);

        var call = miner.Calls.Single();
        Assert.Equal(
            """{"messages":[{"role":"user","content":"h\u00e9 \"x\""}],"temperature":0.50"""
            + ""","unknown_field":[1,  2],"model":"m","stream":true"""
            + ""","stream_options":{"include_usage":true,"continuous_usage_stats":true}"""
            + ""","max_tokens":4096}""",
            System.Text.Encoding.UTF8.GetString(call.Body.Span));
        Assert.Equal(Convert.ToHexString(SHA256.HashData(call.Body.Span)), call.Headers["x-signed"]);
        Assert.Equal(
            ["Accept", "Content-Length", "Content-Type", "Host", "x-request-id", "x-signed"],
            call.Headers.Keys.Order(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
        Assert.Equal("/v1/chat/completions", call.Path);
        Assert.Matches("^[0-9a-f]{32}$", call.Headers["x-request-id"]);
    }

    [Theory]
    [InlineData("\"Stream\":true")]
    [InlineData("\"STREAM\":true")]
    [InlineData("\"\\u017ftream\":true")]
    [InlineData("\"\u017ftream\":true")]
    [InlineData("\"N\":99")]
    [InlineData("\"n\":1")]
    [InlineData("\"Max_Tokens\":99999")]
    [InlineData("\"max_to\\u212aens\":99999")]
    [InlineData("\"USER\":\"canary\"")]
    [InlineData("\"Prompt_Cache_key\":\"canary\"")]
    [InlineData("\"\\u0070rompt_cache_0123456789012345678901234567890123456789012345678901234567890123456789\":1")]
    public async Task A_member_of_ours_is_dropped_in_every_case_of_letters(string member)
    {
        await using var miner = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { Stream = false }, Ct);

        await host.AskAsync(Ct, $$"""{{{member}},"messages":[]}""");

        Assert.Equal(
            """{"messages":[],"model":"m","stream":false,"max_tokens":4096}""",
            System.Text.Encoding.UTF8.GetString(miner.Calls[0].Body.Span));
    }

    [Fact]
    public async Task The_number_of_choices_goes_up()
    {
        await using var miner = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address) { Choices = 3 }, Ct);

        await host.AskAsync(Ct, """{"n":3,"messages":[]}""");

        Assert.Equal(3, miner.Calls[0].Json.GetProperty("n").GetInt32());
    }

    [Fact]
    public async Task Each_attempt_has_an_id_of_its_own()
    {
        await using var bad = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(new(bad.Address, bad.Address), Ct);

        await host.AskAsync(Ct);

        Assert.NotEqual(bad.Calls[0].Headers["x-request-id"], bad.Calls[1].Headers["x-request-id"]);
    }

    [Theory]
    [InlineData("{\"max_completion_tokens\":10,\"messages\":[]}", 10L, true, "max_completion_tokens", 10)]
    [InlineData("{\"max_tokens\":10,\"messages\":[]}", 10L, false, "max_tokens", 10)]
    [InlineData("{\"max_tokens\":500,\"messages\":[]}", 500L, true, "max_tokens", 100)]
    [InlineData("{\"messages\":[]}", null, true, "max_tokens", 100)]
    public async Task The_token_limit_goes_up_under_the_callers_name(
        string body, long? asked, bool stream, string name, int limit)
    {
        await using var miner = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                MaxTokens = asked,
                Stream = stream,
                Allowance = new() { OutputTokensLimit = 100, CoveredOutputTokens = 100 },
            }, Ct);

        await host.AskAsync(Ct, body);

        Assert.Equal(limit, miner.Calls[0].Json.GetProperty(name).GetInt32());
    }

    [Theory]
    [InlineData(null, 4, 25)]
    [InlineData(10L, 4, 10)]
    [InlineData(30L, 3, 30)]
    [InlineData(50L, 3, 33)]
    public async Task The_allowance_is_divided_among_the_choices(long? asked, int choices, int limit)
    {
        await using var miner = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address)
            {
                MaxTokens = asked,
                Choices = choices,
                Allowance = new() { OutputTokensLimit = 100, CoveredOutputTokens = 100 },
            }, Ct);

        await host.AskAsync(Ct);

        Assert.Equal(limit, miner.Calls[0].Json.GetProperty("max_tokens").GetInt32());
    }

    [Fact]
    public async Task A_stream_without_any_limit_below_the_models_is_sent_without_one()
    {
        await using var miner = await ScriptedMiner.StartAsync(call => call.RespondAsync(503), Ct);
        await using var host = await RouterHost.StartAsync(new(miner.Address), Ct);

        await host.AskAsync(Ct);

        Assert.False(miner.Calls[0].Json.TryGetProperty("max_tokens", out _));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_demo_expert_says_so(bool stream)
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => stream ? StreamTests.HelloAsync(call) : call.RespondAsync(200, ChatFrames.Whole("hi", "null")), Ct);
        var setup = new HostSetup(miner.Address) { Stream = stream };
        setup.Source.Swap(setup.Source.Current.Upstreams[0] with { Quality = Quality.Demo });
        await using var host = await RouterHost.StartAsync(setup, Ct);

        var (response, body) = await host.AskAsync(Ct);

        Assert.Equal("demo", response.Headers.GetValues("x-gateway-quality").Single());
        Assert.Contains("\"quality\":\"demo\"", body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_upstreams_length_at_the_price_cap_is_reported_as_the_cap()
    {
        await using var miner = await ScriptedMiner.StartAsync(
            call => call.SendAsync(ChatFrames.Text("a") + ChatFrames.Finish("length") + ChatFrames.Done), Ct);
        await using var host = await RouterHost.StartAsync(
            new(miner.Address) { Allowance = new() { OutputTokensLimit = 8, LimitReason = CutReason.MaxCost } }, Ct);

        var (_, body) = await host.AskAsync(Ct);

        Assert.Equal(DeliveryStatus.CutByMaxCost, (await host.Delivery).Status);
        Assert.Equal("max_cost", Frames.Parse(body)[^1].GetProperty("x_gateway").GetProperty("reason").GetString());
    }
}
