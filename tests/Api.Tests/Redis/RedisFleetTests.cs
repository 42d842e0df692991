using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Money;
using Gateway.Testing;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Redis;

/// <summary>Two real gateway processes on one PostgreSQL and one Redis.</summary>
[Trait("Needs", "postgres")]
[Trait("Needs", "redis")]
public sealed class RedisFleetTests : IAsyncLifetime
{
    private const int Clients = 6;
    private const int Tokens = 4;
    private const long TokenPrice = 10_000;
    private const int SmallLimit = 60;

    private static readonly Uri Chat = new("v1/chat/completions", UriKind.Relative);

    private PostgresServer? _postgres;
    private RedisServer? _redis;
    private ScriptedMiner? _miner;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _postgres = await PostgresServer.CreateAsync(Token);
        _redis = await RedisServer.CreateAsync("a-secret");
        _miner = await ScriptedMiner.StartAsync(AnswerAsync, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await (_miner?.DisposeAsync() ?? default);
        await (_redis?.DisposeAsync() ?? default);
        await (_postgres?.DisposeAsync() ?? default);
    }

    [Fact]
    public async Task Complaint_28_Flushed_silent_and_killed_under_load_nobody_is_refused_and_every_balance_is_right()
    {
        await using var fleet = await StartAsync("10");
        var wide = await CreateKeyAsync(
            fleet, """{"name":"wide","rpm":100000,"tpm":100000000,"max_concurrent_requests":1000}""");
        var narrow = await CreateKeyAsync(fleet, $$"""{"name":"narrow","rpm":{{SmallLimit}}}""");
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var clients = Enumerable.Range(0, Clients).Select(_ => new StreamingClient(fleet)).ToArray();
        var running = clients.Select(client => client.RunAsync(stopping.Token)).ToList();
        var refusals = new List<HttpStatusCode>();
        running.Add(HammerAsync(fleet, wide.Key, refusals, stopping.Token));
        var hammered = HammerAsync(fleet, narrow.Key, null, stopping.Token);
        var started = Stopwatch.StartNew();

        await BreakAsync(fleet);
        await stopping.CancelAsync();
        await Task.WhenAll(running);
        var admitted = await hammered;

        Assert.Empty(refusals);
        var seconds = started.Elapsed.TotalSeconds + 1;
        Assert.InRange(admitted, SmallLimit, (SmallLimit + (SmallLimit * seconds / 60)) * 1.05);
        await AssertChargesAsync(fleet, [.. clients.SelectMany(client => client.Seen)]);
        for (var index = 0; index < fleet.Count; index++)
        {
            AssertTold(fleet.Process(index).Errors);
        }
    }

    [Fact]
    public async Task Attack_05_A_revoked_key_is_refused_by_the_other_process_within_a_second()
    {
        await using var fleet = await StartAsync("10");
        await UntilRedisAsync(fleet, isReady: true);
        var (path, key) = await CreateKeyAsync(fleet, """{"name":"revoked"}""");
        using var client = ClientOf(fleet, 1, key);
        using (var before = await PostAsync(client, 1))
        {
            Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        }

        using var admin = ClientOf(fleet, 0, (string)fleet.Process(0).DevNet["adminKey"]!);
        using var revoked = await admin.DeleteAsync(new Uri($"v1/organization/{path}", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        var since = Stopwatch.StartNew();
        while (true)
        {
            var asked = since.Elapsed;
            using var after = await PostAsync(client, 1);
            if (after.StatusCode == HttpStatusCode.Unauthorized)
            {
                break;
            }

            Assert.True(asked < TimeSpan.FromSeconds(1), $"admitted {asked} after it was revoked");
        }
    }

    [Fact]
    public async Task Money_that_the_other_process_does_not_use_comes_sooner_than_by_its_beat()
    {
        // 0.0005 USD a token: 10,000 tokens are the demo credit.
        await using var fleet = await StartAsync("500");
        await UntilRedisAsync(fleet, isReady: true);
        var fastest = TimeSpan.MaxValue;
        for (var attempt = 1; attempt <= 5; attempt++)
        {
            using (var small = await PostAsync(fleet.Client(0)!, 1024))
            {
                Assert.Equal(HttpStatusCode.OK, small.StatusCode);
            }

            var since = Stopwatch.StartNew();
            using var large = await PostAsync(fleet.Client(1)!, 9_900);
            Assert.Equal(HttpStatusCode.OK, large.StatusCode);
            fastest = since.Elapsed < fastest ? since.Elapsed : fastest;
        }

        // Without a message the wait for others is 320 ms, a beat and a round.
        Assert.InRange(fastest, TimeSpan.Zero, TimeSpan.FromMilliseconds(200));
    }

    [Fact]
    public async Task With_a_wrong_password_the_gateway_works_and_says_so()
    {
        await using var fleet = await StartAsync("10", "a-wrong-one");
        await UntilRedisAsync(fleet, isReady: false);
        using var answer = await PostAsync(fleet.Client(0)!, 1);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("a-wrong-one", fleet.Process(0).Errors, StringComparison.Ordinal);
        Assert.Contains("Redis does not answer", fleet.Process(0).Errors, StringComparison.Ordinal);
    }

    private static async Task AnswerAsync(MinerCall call)
    {
        if (!call.Json.GetProperty("stream").GetBoolean())
        {
            await call.SendStatusAsync(200, ChatFrames.Whole(
                "x", """{"prompt_tokens":1,"completion_tokens":1,"total_tokens":2}"""));
            return;
        }

        for (var token = 1; token <= Tokens; token++)
        {
            await call.SendTextAsync("x", token);
        }

        await call.SendAsync(ChatFrames.Finish() + ChatFrames.Usage("7", $"{Tokens}") + ChatFrames.Done);
    }

    private async Task<Fleet> StartAsync(string price, string password = "a-secret")
    {
        string[] settings =
        [
            $"--Gateway:Storage:ConnectionString={_postgres!.ConnectionString("postgres")}",
            $"--Gateway:Redis:ConnectionString=127.0.0.1:{_redis!.Port},password={password}",
            .. InProcessGateway.StaticExpert(_miner!.Address, "scripted", price),
        ];
        var fleet = new Fleet([GatewayProcess.NewDataDirectory(), GatewayProcess.NewDataDirectory()], settings);
        await fleet.StartAllAsync();
        return fleet;
    }

    // Each state is seen by readyz, and the gateway stays ready throughout.
    private async Task BreakAsync(Fleet fleet)
    {
        await UntilRedisAsync(fleet, isReady: true);
        await PauseAsync(2_000);
        for (var flush = 0; flush < 5; flush++)
        {
            await _redis!.SendAsync("FLUSHALL");
            await PauseAsync(300);
        }

        _redis!.Pause();
        await UntilRedisAsync(fleet, isReady: false);
        await PauseAsync(1_000);
        _redis.Resume();
        await UntilRedisAsync(fleet, isReady: true);
        await _redis.KillAsync();
        await UntilRedisAsync(fleet, isReady: false);
        await PauseAsync(2_000);
        await _redis.RestartAsync();
        await UntilRedisAsync(fleet, isReady: true);
        await PauseAsync(1_000);
    }

    private static Task PauseAsync(int ms) =>
        Task.Delay(TimeSpan.FromMilliseconds(ms), TimeProvider.System, Token);

    private static async Task UntilRedisAsync(Fleet fleet, bool isReady)
    {
        for (var index = 0; index < fleet.Count; index++)
        {
            var client = fleet.Client(index)!;
            while (true)
            {
                var ready = await client.GetFromJsonAsync<JsonNode>(new Uri("readyz", UriKind.Relative), Token);
                Assert.True((bool)ready!["ready"]!);
                if ((bool)ready["redis"]!["ready"]! == isReady)
                {
                    break;
                }

                await PauseAsync(20);
            }
        }
    }

    // Asks both processes in turn; returns how many requests were admitted.
    private static async Task<int> HammerAsync(
        Fleet fleet, string key, List<HttpStatusCode>? refusals, CancellationToken stopping)
    {
        using var first = ClientOf(fleet, 0, key);
        using var second = ClientOf(fleet, 1, key);
        var admitted = 0;
        for (var i = 0; !stopping.IsCancellationRequested; i++)
        {
            using var answer = await PostAsync(i % 2 == 0 ? first : second, 1);
            if (answer.IsSuccessStatusCode)
            {
                admitted++;
            }
            else
            {
                refusals?.Add(answer.StatusCode);
                Assert.Equal(HttpStatusCode.TooManyRequests, answer.StatusCode);
            }
        }

        return admitted;
    }

    private static HttpClient ClientOf(Fleet fleet, int index, string key)
    {
        var client = fleet.Process(index).CreateClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    private static async Task<(string Path, string Key)> CreateKeyAsync(Fleet fleet, string settings)
    {
        using var admin = ClientOf(fleet, 0, (string)fleet.Process(0).DevNet["adminKey"]!);
        var projects = await admin.GetFromJsonAsync<JsonNode>(
            new Uri("v1/organization/projects", UriKind.Relative), Token);
        var keys = $"projects/{projects!["data"]![0]!["id"]}/api_keys";
        using var answer = await admin.PostAsync(
            new Uri($"v1/organization/{keys}", UriKind.Relative),
            new StringContent(settings, Encoding.UTF8, "application/json"),
            Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        var created = JsonNode.Parse(text)!;
        return ($"{keys}/{created["id"]}", (string)created["value"]!);
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, int tokens) => client.PostAsync(
        Chat,
        new StringContent(
            $$"""{"model":"scripted","max_tokens":{{tokens}},"messages":[{"role":"user","content":"x"}]}""",
            Encoding.UTF8,
            "application/json"),
        Token);

    private static async Task AssertChargesAsync(Fleet fleet, IReadOnlyList<StreamingClient.Sight> seen)
    {
        Assert.NotEmpty(seen);
        Assert.All(seen, sight =>
            Assert.Equal((HttpStatusCode.OK, true, Tokens * TokenPrice), (sight.Status, sight.Ended, sight.Cost)));
        var credits = await RestingCreditsAsync(fleet);
        var usage = (long)credits["total_usage_nusd"]!;

        // Beside the streams, which are all charged, are the hammers' answers of one token each.
        var others = usage - (seen.Count * Tokens * TokenPrice);
        Assert.True(others > 0 && others % TokenPrice == 0, $"{others} nUSD beside the streams");
        Assert.Equal(0, (long)credits["held_nusd"]!);
        Assert.Equal((long)credits["total_credits_nusd"]!, usage + (long)credits["available_nusd"]!);
    }

    // What a process tells of another's holds is up to a second old.
    private static async Task<JsonNode> RestingCreditsAsync(Fleet fleet)
    {
        for (var look = 0; look < 30; look++)
        {
            var credits = await fleet.CreditsAsync(Token);
            if ((long)credits["held_nusd"]! == 0)
            {
                return credits;
            }

            await PauseAsync(100);
        }

        return await fleet.CreditsAsync(Token);
    }

    // Silent and dead: each is told once, and not for every request or round. A busy machine may add one of its own.
    private static void AssertTold(string log) =>
        Assert.InRange(log.Split("Redis does not answer").Length - 1, 2, 4);
}
