using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Limits;

/// <summary>One gateway with one scripted expert, who does as the prompt says.</summary>
public sealed class LimitedGateway : IAsyncLifetime
{
    private const string Usage = """{"prompt_tokens":10,"completion_tokens":20,"total_tokens":30}""";

    internal SemaphoreSlim Finish { get; } = new(0);

    internal ScriptedMiner Miner { get; private set; } = null!;

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal Admin Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Miner = await ScriptedMiner.StartAsync(AnswerAsync, CancellationToken.None);
        Gateway = await InProcessGateway.StartAsync(InProcessGateway.StaticExpert(Miner.Address, "scripted", "10"));
        Admin = Admin.OfDemo(Gateway);
    }

    public async ValueTask DisposeAsync()
    {
        Admin.Dispose();
        await Gateway.DisposeAsync();
        await Miner.DisposeAsync();
        Finish.Dispose();
    }

    private async Task AnswerAsync(MinerCall call)
    {
        var prompt = call.Json.GetProperty("messages")[0].GetProperty("content").GetString();
        if (prompt is "broken" or "refuse")
        {
            await call.SendStatusAsync(prompt == "broken" ? 500 : 400);
            return;
        }

        if (!call.Json.GetProperty("stream").GetBoolean())
        {
            await call.SendStatusAsync(200, ChatFrames.Whole("yes", Usage));
            return;
        }

        await call.SendTextAsync("yes", 1);
        if (prompt == "dies")
        {
            // A reset may overtake what was sent just before it.
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, call.Gone);
            await call.BreakAsync();
            return;
        }

        if (prompt == "wait")
        {
            await Finish.WaitAsync(call.Gone);
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("10", "20") + ChatFrames.Done);
    }
}

/// <summary>Rate limits as callers meet them.</summary>
public sealed class LimitsHttpTests(LimitedGateway fixture) : IClassFixture<LimitedGateway>
{
    private static readonly Uri Chat = new("v1/chat/completions", UriKind.Relative);

    private readonly InProcessGateway _gateway = fixture.Gateway;
    private readonly Admin _admin = fixture.Admin;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_answer_carries_the_six_headers()
    {
        var (_, key) = await _admin.CreateKeyAsync("""{"name":"k","rpm":100,"tpm":100000,"rpd":50}""");
        using var client = _gateway.CreateClient(key);
        using var nobody = _gateway.CreateClient(null);

        await AssertHeadersAsync(nobody.GetAsync(new Uri("v1/models", UriKind.Relative), Token),
            401, (1_000_000_000, 1_000_000_000), (1_000_000_000, 1_000_000_000));
        await AssertHeadersAsync(client.GetAsync(new Uri("v1/nothing", UriKind.Relative), Token),
            404, (1_000_000_000, 1_000_000_000), (1_000_000_000, 1_000_000_000));
        await AssertHeadersAsync(client.GetAsync(new Uri("v1/models", UriKind.Relative), Token),
            200, (50, 50), (100_000, 100_000));
        await AssertHeadersAsync(PostAsync(client, "ok"), 200, (50, 49), (100_000, 99_970));
        await AssertHeadersAsync(PostAsync(client, "ok", ",\"temperature\":9"), 400, (50, 49), (100_000, 99_970));

        // While a stream runs its reserve is set aside: 1 token for "ok" and 24 of the answer.
        await AssertHeadersAsync(
            PostAsync(client, "ok", ",\"stream\":true,\"max_tokens\":24"), 200, (50, 48), (100_000, 99_945));
    }

    [Fact]
    public async Task At_the_limit_the_answer_is_429_with_how_long_to_wait()
    {
        var (_, key) = await _admin.CreateKeyAsync("""{"name":"k","rpm":1,"tpm":1100}""");
        using var client = _gateway.CreateClient(key);
        (await PostAsync(client, "ok")).Dispose();

        using var answer = await PostAsync(client, "ok");
        var error = await ErrorAsync(answer, 429, "requests", "rate_limit_exceeded");

        Assert.Matches(
            @"^Rate limit reached for scripted in key key_\w+ on requests per min \(RPM\): "
            + @"Limit 1, Used 1, Requested 1\. Please try again in (1m)?\d+(\.\d{1,3})?s\.$",
            (string)error["message"]!);
        var seconds = int.Parse(Header(answer, "retry-after"), CultureInfo.InvariantCulture);
        var millis = int.Parse(Header(answer, "retry-after-ms"), CultureInfo.InvariantCulture);
        Assert.InRange(millis, 50_000, 60_000);
        Assert.Equal((millis + 999) / 1000, seconds);
        Assert.False(answer.Headers.Contains("x-should-retry"));
        Assert.Equal(("1", "0"),
            (Header(answer, "x-ratelimit-limit-requests"), Header(answer, "x-ratelimit-remaining-requests")));

        var (_, tokens) = await _admin.CreateKeyAsync("""{"name":"k","tpm":1100}""");
        using var talker = _gateway.CreateClient(tokens);
        using var large = await PostAsync(talker, new string('x', 1000));
        await ErrorAsync(large, 429, "tokens", "rate_limit_exceeded");
        Assert.Equal("false", Header(large, "x-should-retry"));

        var (_, daily) = await _admin.CreateKeyAsync("""{"name":"k","rpd":1}""");
        using var worker = _gateway.CreateClient(daily);
        (await PostAsync(worker, "ok")).Dispose();
        using var tomorrow = await PostAsync(worker, "ok");
        await ErrorAsync(tomorrow, 429, "requests", "rate_limit_exceeded");
        Assert.Equal("false", Header(tomorrow, "x-should-retry"));
    }

    // What the prompt makes the expert do, the answer's status, and whether it counts as a request.
    [Theory]
    [InlineData("ok", "", 200, true)]
    [InlineData("ok", ",\"stream\":true", 200, true)]
    [InlineData("broken", "", 502, true)]
    [InlineData("dies", ",\"stream\":true", 200, true)]
    [InlineData("refuse", "", 400, false)]
    [InlineData("ok", ",\"temperature\":9", 400, false)]
    [InlineData("ok", ",\"max_cost\":0", 400, false)]
    [InlineData("ok", ",\"routing\":{\"only\":[\"nobody\"]}", 400, false)]
    [InlineData("ok", ",\"max_tokens\":100000000", 400, false)]
    public async Task Only_what_was_dispatched_and_is_not_the_callers_fault_counts(
        string prompt, string more, int status, bool counts)
    {
        var (_, key) = await _admin.CreateKeyAsync(
            """{"name":"k","rpm":10,"tpm":100000,"max_concurrent_requests":1}""");
        using var client = _gateway.CreateClient(key);

        using (var answer = await PostAsync(client, prompt, more))
        {
            Assert.True((int)answer.StatusCode == status, await answer.Content.ReadAsStringAsync(Token));
        }

        var rate = await RateAsync(client);
        Assert.Equal((10, counts ? 9 : 10), ((int)rate["requests"]!["limit"]!, (int)rate["requests"]!["remaining"]!));
        var used = prompt == "ok" && status == 200 ? 30 : 0;
        Assert.InRange((int)rate["tokens"]!["remaining"]!, 100_000 - used - (prompt == "dies" ? 20 : 0), 100_000);

        // The one place is free again, whatever happened.
        using var next = await PostAsync(client, "ok");
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task No_money_is_402_and_never_429_and_does_not_count()
    {
        var (admin, _, _) = await Admin.OfNewAsync(_gateway, "poor@example.org");
        using var _1 = admin;
        var (_, key) = await admin.CreateKeyAsync("""{"name":"k","rpm":2}""");
        using var client = _gateway.CreateClient(key);
        for (var i = 0; i < 4; i++)
        {
            using var answer = await PostAsync(client, "ok");
            await ErrorAsync(answer, 402, "insufficient_quota", "insufficient_quota");
            Assert.False(answer.Headers.Contains("retry-after"));
            Assert.Equal("2", Header(answer, "x-ratelimit-remaining-requests"));
        }
    }

    [Fact]
    public async Task A_place_is_taken_until_the_answer_ends_or_its_caller_leaves()
    {
        var (_, key) = await _admin.CreateKeyAsync("""{"name":"k","max_concurrent_requests":1}""");
        using var client = _gateway.CreateClient(key);
        for (var round = 0; round < 3; round++)
        {
            using (var first = await StreamAsync(client, "wait"))
            {
                using var second = await PostAsync(client, "ok");
                var error = await ErrorAsync(second, 429, "requests", "rate_limit_exceeded");
                Assert.Contains("concurrent requests: Limit 1, Used 1", (string)error["message"]!,
                    StringComparison.Ordinal);
                Assert.Equal("0", Header(second, "x-ratelimit-remaining-requests"));
                Assert.Equal("1", Header(second, "retry-after"));
            }

            // Leaving frees it, a little later; an answer that ends frees it before its last byte.
            await EventuallyAsync(client);
            var held = await StreamAsync(client, "wait");
            fixture.Finish.Release();
            await held.Content.ReadAsStringAsync(Token);
            held.Dispose();
            using var following = await PostAsync(client, "ok");
            Assert.Equal(HttpStatusCode.OK, following.StatusCode);
        }
    }

    [Fact]
    public async Task Limits_of_project_organisation_and_model_hold_for_all_their_keys()
    {
        var project = await _admin.DefaultProjectAsync();
        var (_, one) = await _admin.CreateKeyAsync("""{"name":"one"}""");
        var (_, two) = await _admin.CreateKeyAsync("""{"name":"two"}""");
        using var first = _gateway.CreateClient(one);
        using var second = _gateway.CreateClient(two);
        foreach (var root in (string[])["", $"projects/{project}/"])
        {
            foreach (var id in (string[])["rl-*", "rl-scripted"])
            {
                await _admin.PostAsync($"{root}rate_limits/{id}", """{"max_requests_per_1_minute":3}""");
                foreach (var client in (HttpClient[])[first, second, first])
                {
                    using var passes = await PostAsync(client, "ok");
                    Assert.Equal(HttpStatusCode.OK, passes.StatusCode);
                }

                using var refused = await PostAsync(second, "ok");
                await ErrorAsync(refused, 429, "requests", "rate_limit_exceeded");
                await _admin.PostAsync($"{root}rate_limits/{id}", """{"max_requests_per_1_minute":null}""");
            }
        }

        // A limit of another model is none of this one's.
        await _admin.PostAsync("rate_limits/rl-auto", """{"max_requests_per_1_minute":1}""");
        for (var i = 0; i < 3; i++)
        {
            using var passes = await PostAsync(first, "ok");
            Assert.Equal(HttpStatusCode.OK, passes.StatusCode);
        }
    }

    [Fact]
    public async Task A_key_calls_only_its_models_and_does_only_what_its_scopes_say()
    {
        var (_, bound) = await _admin.CreateKeyAsync("""{"name":"k","models":["devnet-small"]}""");
        using var client = _gateway.CreateClient(bound);
        using var other = await PostAsync(client, "ok");
        await ErrorAsync(other, 403, "permission_error", "model_not_allowed");

        var (_, reader) = await _admin.CreateKeyAsync("""{"name":"k","scopes":["usage.read"]}""");
        using var looker = _gateway.CreateClient(reader);
        using var call = await PostAsync(looker, "ok");
        await ErrorAsync(call, 403, "permission_error", "insufficient_permissions");
        await AssertStatusesAsync(
            looker, HttpStatusCode.Forbidden, "v1/models", "v1/credits", "v1/key", "v1/organization/projects");
        await AssertStatusesAsync(looker, HttpStatusCode.OK, "v1/organization/usage/completions?start_time=1700000000",
            "v1/organization/costs?start_time=1700000000");
        await AssertStatusesAsync(client, HttpStatusCode.Forbidden, "v1/organization/costs?start_time=1700000000",
            "v1/organization/reserves");
        await AssertStatusesAsync(client, HttpStatusCode.OK, "v1/credits", "v1/key");
    }

    [Fact]
    public async Task A_key_of_some_models_lists_them_and_auto_stays_within_them()
    {
        var (_, bound) = await _admin.CreateKeyAsync("""{"name":"k","models":["devnet-small"]}""");
        using var client = _gateway.CreateClient(bound);

        var listed = JsonNode.Parse(await client.GetStringAsync(new Uri("v1/models", UriKind.Relative), Token))!;
        Assert.Equal("devnet-small", (string)Assert.Single(listed["data"]!.AsArray())!["id"]!);
        await AssertStatusesAsync(client, HttpStatusCode.NotFound, "v1/models/devnet-large");
        using var content = new StringContent(
            """{"model":"auto","messages":[{"role":"user","content":"What is 2 + 2?"}]}""",
            Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("devnet-small", (string)JsonNode.Parse(
            await answer.Content.ReadAsStringAsync(Token))!["x_gateway"]!["model"]!);
    }

    private static async Task AssertStatusesAsync(HttpClient client, HttpStatusCode status, params string[] paths)
    {
        foreach (var path in paths)
        {
            using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.True(answer.StatusCode == status,
                $"{path}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(Token)}");
        }
    }

    [Fact]
    public async Task A_key_tells_its_limits_and_what_is_left_of_them()
    {
        var (_, key) = await _admin.CreateKeyAsync(
            """{"name":"k","rpm":10,"spend_limit":{"threshold_nusd":1000000000,"interval":"day"}}""");
        using var client = _gateway.CreateClient(key);
        (await PostAsync(client, "ok")).Dispose();

        var data = await KeyAsync(client);

        // The expert claims 20 tokens for three letters: our own count goes.
        Assert.Equal((10_000, 1_000_000_000, 999_990_000, "day"), ((long)data["usage_nusd"]!, (long)data["limit_nusd"]!,
            (long)data["limit_remaining_nusd"]!, (string)data["limit_interval"]!));
        Assert.EndsWith("T00:00:00.000Z", (string)data["limit_resets_at"]!, StringComparison.Ordinal);
        Assert.Equal(9, (int)data["rate_limit"]!["requests"]!["remaining"]!);
        Assert.Equal(10, (int)data["rate_limit"]!["rules"]![0]!["rpm"]!);
        Assert.StartsWith("proj_", (string)data["project"]!, StringComparison.Ordinal);
        var demo = (await _gateway.GetAsync("v1/key", Token))["data"]!;
        Assert.Null(demo["limit"]);
        Assert.Null(demo["rate_limit"]);
    }

    [Fact]
    public async Task A_user_never_reaches_the_expert()
    {
        using var answer = await PostAsync(_gateway.Client, "ok", ",\"user\":\"ada@example.org\"");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var sent = Encoding.UTF8.GetString(fixture.Miner.Calls[^1].Body.Span);
        Assert.DoesNotContain("ada", sent, StringComparison.Ordinal);
    }

    private static string Header(HttpResponseMessage answer, string name) =>
        Assert.Single(answer.Headers.GetValues(name));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string prompt, string more = "") =>
        client.PostAsync(Chat, Content(prompt, more), Token);

    private static StringContent Content(string prompt, string more) => new(
        $$"""{"model":"scripted","messages":[{"role":"user","content":"{{prompt}}"}]{{more}}}""",
        Encoding.UTF8,
        new MediaTypeHeaderValue("application/json"));

    private static async Task<HttpResponseMessage> StreamAsync(HttpClient client, string prompt)
    {
        using var content = Content(prompt, ",\"stream\":true");
        using var request = new HttpRequestMessage(HttpMethod.Post, Chat) { Content = content };
        var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return answer;
    }

    private static async Task<JsonNode> KeyAsync(HttpClient client)
    {
        using var answer = await client.GetAsync(new Uri("v1/key", UriKind.Relative), Token);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["data"]!;
    }

    private static async Task<JsonNode> RateAsync(HttpClient client) => (await KeyAsync(client))["rate_limit"]!;

    private static async Task EventuallyAsync(HttpClient client)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(5));
        while (true)
        {
            using var answer = await PostAsync(client, "ok");
            if (answer.StatusCode == HttpStatusCode.OK)
            {
                return;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, limit.Token);
        }
    }

    private static async Task<JsonNode> ErrorAsync(HttpResponseMessage answer, int status, string type, string code)
    {
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        var error = JsonNode.Parse(text)!["error"]!;
        Assert.Equal((type, code), ((string)error["type"]!, (string)error["code"]!));
        return error;
    }

    // Each pair: limit, and the least that may remain; a little refills while the test runs.
    private static async Task AssertHeadersAsync(
        Task<HttpResponseMessage> sending, int status, (long Limit, long Left) requests, (long Limit, long Left) tokens)
    {
        using var answer = await sending;
        Assert.Equal(status, (int)answer.StatusCode);
        foreach (var (name, expected) in new[] { ("requests", requests), ("tokens", tokens) })
        {
            var limit = long.Parse(Header(answer, $"x-ratelimit-limit-{name}"), CultureInfo.InvariantCulture);
            var left = long.Parse(Header(answer, $"x-ratelimit-remaining-{name}"), CultureInfo.InvariantCulture);
            Assert.Equal(expected.Limit, limit);
            Assert.InRange(left, expected.Left, Math.Min(limit, expected.Left + 60));
            Assert.Matches(@"^(\d+h)?(\d+m)?(\d+(\.\d{1,3})?s|\d+ms)$", Header(answer, $"x-ratelimit-reset-{name}"));
        }
    }
}
