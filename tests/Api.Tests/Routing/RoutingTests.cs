using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Routing;

/// <summary>One gateway for the tests of routes and ratings.</summary>
public sealed class RoutingGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Gateway = await InProcessGateway.StartAsync();

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();
}

public sealed class RoutingTests(RoutingGateway fixture) : IClassFixture<RoutingGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task An_answer_has_a_route_that_says_why()
    {
        var (id, answer) = await AskAsync("""{"explain":true}""");

        var route = await Gateway.GetAsync($"v1/receipts/{id}/route", Token);
        var candidates = route["candidates"]!.AsArray();
        var chosen = Assert.Single(candidates, candidate => (bool)candidate!["chosen"]!)!;
        Assert.All(candidates, candidate => Assert.True(
            (bool)candidate!["chosen"]! || candidate["reason"] is not null, candidate.ToJsonString()));
        Assert.InRange(candidates.Sum(candidate => (double)candidate!["propensity"]!), 0.97, 1.03);
        Assert.Equal("default", (string?)route["strategy"]!["asked"]);
        Assert.Equal((string?)answer["x_gateway"]!["request_id"], (string?)route["request_id"]);
        Assert.True(JsonNode.DeepEquals(route, answer["x_gateway"]!["route"]));
        Assert.EndsWith(".", (string?)answer["x_gateway"]!["reason"], StringComparison.Ordinal);
        Assert.True((double)chosen["p"]! > 0);
    }

    [Fact]
    public async Task A_receipt_vouches_for_its_route()
    {
        var (id, _) = await AskAsync("{}");

        var route = await Gateway.Client.GetByteArrayAsync(
            new Uri($"v1/receipts/{id}/route", UriKind.Relative), Token);
        var receipt = await Gateway.GetAsync($"v1/receipts/{id}", Token);

        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(route)), (string?)receipt["route_sha256"]);
        Assert.Equal("default", (string?)receipt["strategy"]);
    }

    [Theory]
    [InlineData("vote")]
    [InlineData("best_of")]
    [InlineData("compose")]
    public async Task A_strategy_that_cannot_run_becomes_best_and_says_so(string strategy)
    {
        var hotkey = (string)Gateway.DevNet["miners"]![0]!["hotkey"]!;
        var (id, answer) = await AskAsync($$"""{"strategy":"{{strategy}}","experts":3,"only":["{{hotkey}}"]}""");

        var route = await Gateway.GetAsync($"v1/receipts/{id}/route", Token);
        Assert.Equal(strategy, (string?)route["strategy"]!["asked"]);
        Assert.Equal("best", (string?)route["strategy"]!["used"]);
        Assert.StartsWith($"'{strategy}'", (string?)answer["x_gateway"]!["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_experts_compose_an_answer_and_the_receipt_has_a_line_for_each()
    {
        var (id, answer) = await AskAsync("""{"strategy":"compose","explain":true}""");

        var route = answer["x_gateway"]!["route"]!;
        var receipt = await Gateway.GetAsync($"v1/receipts/{id}", Token);
        Assert.Equal(("compose", "compose"), ((string)route["strategy"]!["used"]!, (string)receipt["strategy"]!));
        Assert.Equal(["editor", "generator"], route["candidates"]!.AsArray()
            .Select(candidate => (string?)candidate!["role"]).OfType<string>().Order(StringComparer.Ordinal));
        var lines = receipt["lines"]!.AsArray();
        Assert.Equal(["generator", "editor"], lines.Select(line => (string?)line!["role"]));
        Assert.Equal(
            (long)receipt["charge_nusd"]!, lines.Sum(line => (long)line!["charge_nusd"]!));
        Assert.Equal((long)receipt["charge_nusd"]!, (long)answer["usage"]!["cost_nusd"]!);
    }

    [Fact]
    public async Task Nobody_elses_route_is_found()
    {
        var (id, _) = await AskAsync("{}");
        var access = Gateway.Services.GetRequiredService<AccessStore>();
        var other = await access.CreateOrganizationAsync("other", "other@example.invalid");
        using var client = Gateway.CreateClient(await access.CreateKeyAsync(other, KeyKind.Api, "other"));

        using var answer = await client.GetAsync(new Uri($"v1/receipts/{id}/route", UriKind.Relative), Token);
        using var rating = await client.PostAsync(
            new Uri("v1/feedback", UriKind.Relative), Json($$"""{"request_id":"{{id}}","rating":1}"""), Token);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, rating.StatusCode);
    }

    [Fact]
    public async Task A_plan_has_a_ceiling_and_holds_nothing()
    {
        var before = await Gateway.GetAsync("v1/credits", Token);

        using var response = await Gateway.Client.PostAsync(
            new Uri("v1/route", UriKind.Relative),
            Json("""
                {"model":"auto","max_tokens":100,"messages":[{"role":"user","content":"What is 2 + 2?"}],
                 "routing":{"strategy":"cheapest"}}
                """), Token);
        var plan = JsonNode.Parse(await response.Content.ReadAsStringAsync(Token))!;

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("cheapest", (string?)plan["strategy"]);
        var line = Assert.Single(plan["lines"]!.AsArray())!;
        Assert.Equal("answer", (string?)line["role"]);
        Assert.True((long)plan["ceiling_nusd"]! > 0);
        Assert.Equal((long)plan["ceiling_nusd"]!, (long)line["ceiling_nusd"]!);
        Assert.NotEmpty(plan["route"]!["candidates"]!.AsArray());
        var after = await Gateway.GetAsync("v1/credits", Token);
        Assert.Equal((long)before["data"]!["held_nusd"]!, (long)after["data"]!["held_nusd"]!);
    }

    [Fact]
    public async Task Models_tell_how_they_do()
    {
        await AskAsync("{}");
        var (large, waited) = (JsonNode.Parse("{}")!, 0);
        do
        {
            var models = await Gateway.GetAsync("v1/models", Token);
            large = models["data"]!.AsArray().OrderByDescending(model => model!["live"]!["success_1h"] is not null)
                .First()!;
        }
        while (large["live"]!["success_1h"] is null && waited++ < 1000);

        Assert.InRange((double)large["live"]!["success_1h"]!, 0, 1);
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter", "request_id")]
    [InlineData("""{"request_id":"x","rating":1}""", "invalid_value", "request_id")]
    [InlineData("""{"request_id":"req_01890000000070008000000000000001"}""", "missing_required_parameter", "rating")]
    [InlineData("""{"request_id":"req_01890000000070008000000000000001","rating":1.1}""", "invalid_value", "rating")]
    [InlineData("""{"request_id":"req_01890000000070008000000000000001","rating":"1"}""", "invalid_type", "rating")]
    [InlineData("""{"request_id":"req_01890000000070008000000000000001","rating":1,"stars":5}""",
        "unknown_parameter", "stars")]
    public async Task A_wrong_rating_is_refused_by_its_member(string body, string code, string param)
    {
        using var answer = await Gateway.Client.PostAsync(
            new Uri("v1/feedback", UriKind.Relative), Json(body), Token);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal((code, param), ((string?)error["code"], (string?)error["param"]));
    }

    private async Task<(string Id, JsonNode Answer)> AskAsync(string routing)
    {
        var id = Guid.CreateVersion7().ToString("N");
        using var response = await Gateway.PostChatAsync($$"""
            {"model":"auto","messages":[{"role":"user","content":"What is 2 + 2? {{id}}"}],"routing":{{routing}}}
            """, Token);
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.IsSuccessStatusCode, text);
        return (response.Headers.GetValues("x-request-id").Single(), JsonNode.Parse(text)!);
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
