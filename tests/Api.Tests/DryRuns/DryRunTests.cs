using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.OpenAi;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Limits;
using Gateway.Api.Tests.Organization;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.DryRuns;

/// <summary>What the dry run says is what happens.</summary>
public sealed class DryRunTests(LimitedGateway fixture) : IClassFixture<LimitedGateway>
{
    private const int Cases = 10_000;
    private const int CasesBetweenChanges = 100;
    private const int Seed = 20_261_123;

    private readonly InProcessGateway _gateway = fixture.Gateway;
    private readonly Admin _admin = fixture.Admin;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_ten_thousand_cases_the_verdict_is_the_answer()
    {
        var ground = new TrialGround(_gateway, new Random(Seed));
        await ground.BuildAsync();
        var seen = new Dictionary<string, int>();
        for (var i = 0; i < Cases; i++)
        {
            if (i % CasesBetweenChanges == 0)
            {
                await ground.ChangeAsync(i / CasesBetweenChanges);
            }

            var (caller, request) = ground.Any();
            var identity = RequestIdentity.Create(TimeProvider.System);
            var told = await ground.DryRun.RunAsync(caller, request, identity, Token);
            var real = await ground.EnterAsync(caller, request, identity);

            Assert.True(
                Say(told.Error) == Say(real), $"seed {Seed}, case {i}: told {Say(told.Error)}, got {Say(real)}");
            Assert.True(real is null || told.Fits == 0, $"seed {Seed}, case {i}");
            Assert.True(real is not null || told.Lines.All(line => line.Passes), $"seed {Seed}, case {i}");
            Assert.True(told.Blocker?.Passes != true, $"seed {Seed}, case {i}");
            var kind = real is null ? "let in" : told.Blocker is { } line ? $"{line.Level} {line.What}" : real.Code;
            seen[kind] = seen.GetValueOrDefault(kind) + 1;
            await ground.EndSomeAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", seen.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        string[] expected =
        [
            "let in", "model_not_allowed", "model_not_found", "organization credit", "end_user spend", "key spend",
            "project spend", "organization spend", "key requests_per_minute", "key tokens_per_minute",
            "organization requests_per_day", "key concurrent_requests", "organization requests_per_minute",
            "project tokens_per_minute",
        ];
        Assert.All(expected, kind => Assert.True(seen.ContainsKey(kind), $"{kind} never came up"));
    }

    [Fact]
    public async Task A_dry_run_leaves_nothing_behind()
    {
        var (path, key) = await _admin.CreateKeyAsync(
            """{"name":"dry","rpm":5,"spend_limit":{"threshold_nusd":50000000}}""");
        var statements = _gateway.Services.GetRequiredService<Statements>();
        var org = _gateway.Services.GetRequiredService<DevNetAccount>().Org;
        var before = await statements.BalanceAsync(org, Token);
        for (var i = 0; i < 20; i++)
        {
            var told = await SimulateAsync(path, ",\"max_tokens\":100,\"user\":\"somebody\"");
            Assert.True((bool)told["allowed"]!, told.ToJsonString());
            Assert.Equal(5, (long)Line(told, "requests_per_minute")["room"]!);
            Assert.Equal(50_000_000, (long)Line(told, "spend")["room"]!);
        }

        var after = await statements.BalanceAsync(org, Token);
        Assert.Equal((before.Spent, before.Held), (after.Spent, after.Held));
        using var client = _gateway.CreateClient(key);
        using var answer = await PostAsync(client, 100);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("4", answer.Headers.GetValues("x-ratelimit-remaining-requests").Single());
    }

    [Fact]
    public async Task The_verdict_is_what_the_API_answers_and_a_raised_limit_lets_it_pass()
    {
        var (path, key) = await _admin.CreateKeyAsync("""{"name":"poor","spend_limit":{"threshold_nusd":1000}}""");
        using var client = _gateway.CreateClient(key);

        var told = await SimulateAsync(path, ",\"max_tokens\":500");
        using var refused = await PostAsync(client, 500);

        Assert.Equal((int)refused.StatusCode, (int)told["status"]!);
        Assert.Equal(
            JsonNode.Parse(await refused.Content.ReadAsStringAsync(Token))!.ToJsonString(),
            told["body"]!.ToJsonString());
        var spend = Line(told, "spend");
        Assert.True((bool)spend["blocks"]!);
        Assert.Equal(("key", 0L), ((string)spend["level"]!, (long)told["fits"]!));
        Assert.Equal(["owner", "admin"], spend["raised_by"]!.AsArray().Select(role => (string)role!));

        await _admin.PostAsync(path, """{"spend_limit":{"threshold_nusd":1000000000}}""");
        Assert.True((bool)(await SimulateAsync(path, ",\"max_tokens\":500"))["allowed"]!);
        using var passed = await PostAsync(client, 500);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    [Fact]
    public async Task It_says_how_many_fit_how_long_they_last_and_what_would_fit()
    {
        var (path, _) = await _admin.CreateKeyAsync(
            """{"name":"rates","rpm":10,"rpd":100,"spend_limit":{"threshold_nusd":20000000}}""");

        var told = await SimulateAsync(path, ",\"max_tokens\":1000,\"requests_per_minute\":20");
        var hold = (long)told["hold_nusd"]!;
        Assert.Equal(20_000_000 / hold, (long)told["fits"]!);
        Assert.Equal(60, (long)Line(told, "requests_per_minute")["lasts_seconds"]!);
        Assert.Equal(20_000_000 * 60 / (20 * hold), (long)Line(told, "spend")["lasts_seconds"]!);

        var large = await SimulateAsync(path, ",\"max_tokens\":4000");
        Assert.False((bool)large["allowed"]!);
        var affordable = (long)large["affordable_max_tokens"]!;
        Assert.InRange(affordable, 1, 3999);
        Assert.True((bool)(await SimulateAsync(path, $",\"max_tokens\":{affordable}"))["allowed"]!);
        Assert.False((bool)(await SimulateAsync(path, $",\"max_tokens\":{affordable + 1}"))["allowed"]!);
    }

    [Theory]
    [InlineData("""{"model":"scripted"}""", HttpStatusCode.BadRequest, "api_key_id")]
    [InlineData("""{"model":"scripted","api_key_id":"KEY","prompt_bytes":0}""", HttpStatusCode.BadRequest,
        "prompt_bytes")]
    [InlineData("""{"model":"scripted","api_key_id":"KEY","endpoint":"/v1/files"}""", HttpStatusCode.BadRequest,
        "endpoint")]
    [InlineData("""{"model":"scripted","api_key_id":"KEY","strategy":"x"}""", HttpStatusCode.BadRequest, "strategy")]
    [InlineData("""{"api_key_id":"KEY"}""", HttpStatusCode.BadRequest, "model")]
    [InlineData("""{"model":"scripted","api_key_id":"KEY","x":1}""", HttpStatusCode.BadRequest, "x")]
    [InlineData("""{"model":"scripted","api_key_id":"key_0"}""", HttpStatusCode.NotFound, null)]
    public async Task What_is_wrong_is_named(string body, HttpStatusCode status, string? param)
    {
        var (path, _) = await _admin.CreateKeyAsync("""{"name":"k"}""");
        var error = await _admin.RefusedAsync(
            HttpMethod.Post, "limits/simulate", body.Replace("KEY", Id(path), StringComparison.Ordinal), status);

        Assert.Equal(param, (string?)error["param"]);
    }

    [Fact]
    public async Task Another_organisations_key_is_none()
    {
        var (path, _) = await _admin.CreateKeyAsync("""{"name":"k"}""");
        var (other, _, _) = await Admin.OfNewAsync(_gateway, "dry@example.org");
        using var _1 = other;

        var foreign = await other.RefusedAsync(
            HttpMethod.Post, "limits/simulate", Body(path, ""), HttpStatusCode.NotFound);
        var unknown = await other.RefusedAsync(
            HttpMethod.Post, "limits/simulate",
            Body($"x/{KeyId.Create(TimeProvider.System)}", ""), HttpStatusCode.NotFound);

        Assert.Equal(unknown.ToJsonString(), foreign.ToJsonString());
    }

    private static string Say(OpenAiError? error) =>
        error is null ? "let in" : $"{error.Status} {error.Code} {error.Param}: {error.Message}";

    private static JsonNode Line(JsonNode told, string what) =>
        told["limits"]!.AsArray().First(line => (string)line!["limits"]! == what)!;

    private static string Id(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string Body(string path, string more) =>
        $$"""{"api_key_id":"{{Id(path)}}","model":"scripted","prompt_bytes":2{{more}}}""";

    private Task<JsonNode> SimulateAsync(string path, string more) =>
        _admin.PostAsync("limits/simulate", Body(path, more));

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, int tokens) => client.PostAsync(
        new Uri("v1/chat/completions", UriKind.Relative),
        new StringContent(
            $$"""{"model":"scripted","messages":[{"role":"user","content":"xx"}],"max_tokens":{{tokens}}}""",
            Encoding.UTF8, "application/json"),
        Token);
}
