using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Idempotency;
using Gateway.Api.Portal;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

/// <summary>A gateway whose demo organisation has 5 USD at 400 USD per TAO.</summary>
public sealed class RefundGateway : IAsyncLifetime
{
    internal InProcessGateway Gateway { get; private set; } = null!;

    internal HttpClient Admin { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await InProcessGateway.StartAsync("--Gateway:DevNet:AutoApprove=false");
        Admin = Gateway.CreateClient((string)Gateway.DevNet["adminKey"]!);
    }

    public ValueTask DisposeAsync()
    {
        Admin.Dispose();
        return Gateway.DisposeAsync();
    }
}

public sealed class RefundTests(RefundGateway fixture) : IClassFixture<RefundGateway>
{
    private const string Alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static Uri Projects { get; } = new("v1/organization/projects", UriKind.Relative);

    private static Uri Refunds { get; } = new("v1/organization/refunds", UriKind.Relative);

    [Fact]
    public async Task An_admin_asks_looks_and_takes_back()
    {
        var (status, refund) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.4}""");
        Assert.Equal((HttpStatusCode.OK, "requested", 400_000_000, 1_000_000),
            (status, (string)refund["state"]!, (long)refund["amount_nusd"]!, (long)refund["amount_rao"]!));
        Assert.Equal(0, (int)refund["approvals"]!);
        var one = new Uri($"v1/organization/refunds/{refund["id"]}", UriKind.Relative);

        var listed = JsonNode.Parse(await fixture.Admin.GetStringAsync(Refunds, Token))!["data"]!.AsArray();
        Assert.Contains(listed, found => (string)found!["id"]! == (string)refund["id"]!);
        Assert.Equal(refund.ToJsonString(),
            JsonNode.Parse(await fixture.Admin.GetStringAsync(one, Token))!.ToJsonString());

        using var cancelled = await fixture.Admin.PostAsync(new Uri(one + "/cancel", UriKind.Relative), null, Token);
        Assert.Equal("cancelled", (string)JsonNode.Parse(await cancelled.Content.ReadAsStringAsync(Token))!["state"]!);
        using var again = await fixture.Admin.PostAsync(new Uri(one + "/cancel", UriKind.Relative), null, Token);
        Assert.Equal(HttpStatusCode.Conflict, again.StatusCode);
    }

    [Fact]
    public async Task Every_POST_keeps_an_Idempotency_Key()
    {
        var posts = fixture.Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Where(one => one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains("POST") == true
                && one.Metadata.GetMetadata<PortalMark>() is null)
            .ToList();

        Assert.InRange(posts.Count, 15, int.MaxValue);
        Assert.All(posts, post => Assert.True(
            post.Metadata.GetMetadata<IdempotentMetadata>() is not null, post.DisplayName));
        await RepeatAsync("v1/organization/refunds", $$"""{"destination":"{{Alice}}","amount":0.4}""");
        await RepeatAsync("v1/organization/projects", """{"name":"once"}""");
        var project = JsonNode.Parse(await fixture.Admin.GetStringAsync(Projects, Token))!["data"]![0]!["id"];
        await RepeatAsync($"v1/organization/projects/{project}/api_keys", """{"name":"once"}""");
    }

    [Fact]
    public async Task Refunds_are_listed_by_pages_newest_first()
    {
        var ids = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            ids.Insert(0, (string)(await PostAsync($$"""{"destination":"{{Alice}}","amount":0.1}""")).Answer["id"]!);
        }

        var first = await PageAsync("?limit=2");
        var rest = await PageAsync($"?limit=2&after={first["last_id"]}");
        using var refused = await fixture.Admin.GetAsync(new Uri(Refunds + "?limt=2", UriKind.Relative), Token);

        Assert.Equal(ids[..2], first["data"]!.AsArray().Select(one => (string)one!["id"]!));
        Assert.True((bool)first["has_more"]!);
        Assert.Equal(ids[2], (string)rest["data"]![0]!["id"]!);
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
    }

    [Fact]
    public async Task What_is_set_aside_for_refunds_is_told_so_that_credits_close()
    {
        var before = await CreditsAsync();
        var (_, refund) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.4}""");
        var after = await CreditsAsync();
        using var cancelled = await fixture.Admin.PostAsync(
            new Uri($"v1/organization/refunds/{refund["id"]}/cancel", UriKind.Relative), null, Token);

        Assert.Equal(400_000_000, (long)after["refunding_nusd"]! - (long)before["refunding_nusd"]!);
        Assert.Equal(400_000_000, (long)before["available_nusd"]! - (long)after["available_nusd"]!);
        foreach (var credits in (JsonNode[])[before, after, await CreditsAsync()])
        {
            Assert.Equal((long)credits["total_credits_nusd"]!,
                new[] { "total_usage", "available", "held", "refunding", "refunded" }
                    .Sum(part => (long)credits[part + "_nusd"]!));
        }
    }

    [Fact]
    public async Task An_Idempotency_Key_does_for_a_POST_without_a_body()
    {
        var (_, refund) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.4}""");
        var first = await SendAsync($"v1/organization/refunds/{refund["id"]}/cancel", null, "no-body");
        var second = await SendAsync($"v1/organization/refunds/{refund["id"]}/cancel", null, "no-body");

        Assert.Equal(HttpStatusCode.OK, first.Status);
        Assert.Equal(first, second);
    }

    [Theory]
    [InlineData("{}", "destination")]
    [InlineData("""{"destination":5,"all":true}""", "destination")]
    [InlineData("""{"destination":"5Grw","all":true}""", "destination")]
    [InlineData("""{"destination":"15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5","all":true}""", "destination")]
    [InlineData("""{"destination":"5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ","all":true}""", "destination")]
    [InlineData($$"""{"destination":"{{Alice}}"}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount":1,"all":true}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount":1000000}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount":-1}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount":0}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount":"1"}""", "amount")]
    [InlineData($$"""{"destination":"{{Alice}}","amount_nusd":1.5}""", "amount_nusd")]
    [InlineData($$"""{"destination":"{{Alice}}","amount_nusd":199999}""", "amount_nusd")]
    [InlineData($$"""{"destination":"{{Alice}}","amount_nusd":6000000000}""", "amount_nusd")]
    [InlineData($$"""{"destination":"{{Alice}}","all":false}""", "all")]
    [InlineData($$"""{"destination":"{{Alice}}","all":true,"state":"approved2"}""", "state")]
    public async Task A_wish_that_cannot_be_is_refused_by_the_member_at_fault(string body, string member)
    {
        var (status, answer) = await PostAsync(body);

        Assert.Equal((HttpStatusCode.BadRequest, member), (status, (string)answer["error"]!["param"]!));
    }

    [Fact]
    public async Task A_key_for_models_asks_for_no_refund_and_an_unknown_one_is_404()
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        using var refused = await fixture.Gateway.Client.PostAsync(Refunds, content, Token);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var unknown = await fixture.Admin.GetAsync(new Uri(Refunds + "/pay_0", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
    }

    [Fact]
    public async Task A_wish_that_comes_again_under_its_key_is_the_same_refund()
    {
        var key = "a-refund-once";
        var (_, first) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.4}""", key);
        var (status, again) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.4}""", key);
        var (reused, other) = await PostAsync($$"""{"destination":"{{Alice}}","amount":0.5}""", key);

        Assert.Equal((HttpStatusCode.OK, (string)first["id"]!), (status, (string)again["id"]!));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency_key_reused"),
            (reused, (string)other["error"]!["code"]!));
        var cancel = new Uri($"v1/organization/refunds/{first["id"]}/cancel", UriKind.Relative);
        using var cancelled = await fixture.Admin.PostAsync(cancel, null, Token);
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
    }

    private async Task<JsonNode> PageAsync(string query) => JsonNode.Parse(
        await fixture.Admin.GetStringAsync(new Uri(Refunds + query, UriKind.Relative), Token))!;

    private async Task<JsonNode> CreditsAsync() => (await fixture.Gateway.GetAsync("v1/credits", Token))["data"]!;

    private async Task RepeatAsync(string path, string body)
    {
        var first = await SendAsync(path, body, path);
        Assert.True(first.Status == HttpStatusCode.OK, first.Text);
        Assert.Equal(first, await SendAsync(path, body, path));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await SendAsync(path, "{}", path)).Status);
    }

    private async Task<(HttpStatusCode Status, string Text)> SendAsync(string path, string? body, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative));
        request.Headers.Add("Idempotency-Key", key);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await fixture.Admin.SendAsync(request, Token);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<(HttpStatusCode Status, JsonNode Answer)> PostAsync(string body, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Refunds);
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var answer = await fixture.Admin.SendAsync(request, Token);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!);
    }
}
