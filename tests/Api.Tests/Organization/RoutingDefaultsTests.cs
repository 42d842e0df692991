using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Organization;

/// <summary>What a key wishes of routing holds where its requests say nothing themselves.</summary>
public sealed class RoutingDefaultsTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_keys_wishes_stand_below_the_requests_own()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        using var admin = Admin.OfDemo(gateway);
        var (path, key) = await admin.CreateKeyAsync(
            """{"name":"k","routing":{"strategy":"cheapest","fallback":false,"explain":true}}""");
        Assert.Equal("cheapest", (string)(await admin.GetAsync(path))["routing"]!["strategy"]!);
        using var client = gateway.CreateClient(key);

        Assert.Equal("cheapest", (string)(await PlanAsync(client, "", "devnet-large"))["strategy"]!);
        Assert.Equal("fastest",
            (string)(await PlanAsync(client, ""","routing":{"strategy":"fastest"}""", "devnet-large"))["strategy"]!);
        Assert.Equal("cheapest",
            (string)(await PlanAsync(client, ""","routing":{"explore":false}""", "devnet-large"))["strategy"]!);

        // A strategy in the model's name is the request's own, too.
        Assert.Equal("best", (string)(await PlanAsync(client, "", "auto:best"))["strategy"]!);

        await admin.PostAsync(path, """{"routing":null}""");
        Assert.Null((await admin.GetAsync(path))["routing"]);
        var usual = await PlanAsync(gateway.Client, "", "devnet-large");
        Assert.Equal((string)usual["strategy"]!, (string)(await PlanAsync(client, "", "devnet-large"))["strategy"]!);
    }

    [Theory]
    [InlineData("""{"strategy":"luckiest"}""", "invalid_value")]
    [InlineData("""{"stratgy":"best"}""", "unknown_parameter")]
    [InlineData("""[]""", "invalid_type")]
    public async Task A_wish_that_no_request_may_have_no_key_may_have(string routing, string code)
    {
        await using var gateway = await InProcessGateway.StartAsync();
        using var admin = Admin.OfDemo(gateway);
        var error = await admin.RefusedAsync(
            HttpMethod.Post, $"projects/{await admin.DefaultProjectAsync()}/api_keys",
            $$"""{"name":"k","routing":{{routing}}}""", HttpStatusCode.BadRequest);

        Assert.Equal(code, (string)error["code"]!);
    }

    private static async Task<JsonNode> PlanAsync(HttpClient client, string routing, string model)
    {
        var body = $$"""{"model":"{{model}}","messages":[{"role":"user","content":"x"}]{{routing}}}""";
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("v1/route", UriKind.Relative), content, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }
}
