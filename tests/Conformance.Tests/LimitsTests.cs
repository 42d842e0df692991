using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Conformance.Tests;

/// <summary>The openai package for Node obeys our rate limits.</summary>
[Trait("Needs", "node")]
public sealed class LimitsTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    [Fact]
    public async Task The_client_waits_as_long_as_it_is_told_and_gives_up_when_it_is_told()
    {
        // 60 fit at once, and then one a second.
        var waiting = await CreateKeyAsync("""{"name":"waiting","rpm":60,"max_concurrent_requests":1}""");
        var refusing = await CreateKeyAsync("""{"name":"refusing","rpd":1}""");

        var seen = await GatewayScript.RunAsync("limits.mjs", gateway.Process, RunningGateway.Model, waiting, refusing);

        var waited = seen["waited"]!;
        Assert.InRange((int)waited["before"]!, 60, 499);
        Assert.Equal("[429,200]", waited["after"]!.ToJsonString());
        Assert.InRange((double)waited["asked"]!, 1, 1_000);
        Assert.True((double)waited["took"]! >= (double)waited["asked"]! - 1, waited.ToJsonString());
        Assert.Equal(RunningGateway.Answer, (string)waited["content"]!);

        var refused = seen["refused"]!;
        Assert.Equal(("RateLimitError", 429, "rate_limit_exceeded", "requests"), ((string)refused["name"]!,
            (int)refused["status"]!, (string)refused["code"]!, (string)refused["type"]!));
        Assert.Equal("[200,429]", refused["statuses"]!.ToJsonString());
        Assert.Contains("requests per day (RPD): Limit 1, Used 1, Requested 1", (string)refused["message"]!,
            StringComparison.Ordinal);
        Assert.Equal("1000000000", (string)seen["unlimited"]!);
    }

    private async Task<string> CreateKeyAsync(string settings)
    {
#pragma warning disable RS0030 // A test's client talks to one loopback server and dies with the test.
        using var client = new HttpClient();
#pragma warning restore RS0030
        client.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", (string)gateway.Process.DevNet["adminKey"]!);
        var root = $"{gateway.Process.BaseUrl.ToString().TrimEnd('/')}/organization/projects";
        var projects = await client.GetFromJsonAsync<JsonObject>(new Uri(root), TestContext.Current.CancellationToken);
        using var content = new StringContent(settings, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(
            new Uri($"{root}/{projects!["data"]![0]!["id"]}/api_keys"), content, TestContext.Current.CancellationToken);
        var key = await answer.Content.ReadFromJsonAsync<JsonObject>(TestContext.Current.CancellationToken);
        return (string)key!["value"]!;
    }
}
