using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.OpenApi;
using Gateway.Api.Portal;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.OpenApi;

public sealed class DocumentTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    // The document itself, and what is the operator's alone.
    private static readonly string[] Left = ["/openapi/{documentName}.json", "/metrics"];

    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Requests whose answers are held to the document: method, route, path, body. <c>{p}</c> is the default
    /// project, <c>{r}</c> a request that was answered.</summary>
    public static TheoryData<string, string, string, string?> Calls => new()
    {
        { "get", "/healthz", "/healthz", null },
        { "get", "/readyz", "/readyz", null },
        { "get", "/.well-known/gateway-receipt-keys.json", "/.well-known/gateway-receipt-keys.json", null },
        { "get", "/v1/models", "/v1/models", null },
        { "get", "/v1/models/{id}", "/v1/models/devnet-small", null },
        { "get", "/v1/credits", "/v1/credits", null },
        { "get", "/v1/key", "/v1/key", null },
        { "post", "/v1/chat/completions", "/v1/chat/completions", Chat },
        { "post", "/v1/route", "/v1/route", Chat },
        { "get", "/v1/receipts/{id}", "/v1/receipts/{r}", null },
        { "get", "/v1/receipts/{id}/route", "/v1/receipts/{r}/route", null },
        { "post", "/v1/feedback", "/v1/feedback", """{"request_id":"{r}","rating":1}""" },
        { "get", "/v1/files", "/v1/files", null },
        { "get", "/v1/batches", "/v1/batches", null },
        { "get", "/v1/organization/projects/{project}/data_retention",
            "/v1/organization/projects/{p}/data_retention", null },
        { "get", "/v1/organization/projects", "/v1/organization/projects", null },
        { "post", "/v1/organization/projects", "/v1/organization/projects", """{"name":"P"}""" },
        { "get", "/v1/organization/projects/{project}", "/v1/organization/projects/{p}", null },
        { "post", "/v1/organization/projects/{project}/api_keys", "/v1/organization/projects/{p}/api_keys",
            """{"name":"k","rpm":5,"addresses":["::1"],"spend_limit":{"threshold_amount":1}}""" },
        { "get", "/v1/organization/projects/{project}/api_keys", "/v1/organization/projects/{p}/api_keys", null },
        { "post", "/v1/organization/projects/{project}/service_accounts",
            "/v1/organization/projects/{p}/service_accounts", """{"name":"robot"}""" },
        { "get", "/v1/organization/projects/{project}/users", "/v1/organization/projects/{p}/users", null },
        { "post", "/v1/organization/end_user_limit", "/v1/organization/end_user_limit",
            """{"threshold_amount":100000}""" },
        { "get", "/v1/organization/rate_limits", "/v1/organization/rate_limits", null },
        { "get", "/v1/organization/users", "/v1/organization/users", null },
        { "post", "/v1/organization/invites", "/v1/organization/invites",
            """{"email":"schema@example.org","role":"reader","projects":[{"id":"{p}","role":"member"}]}""" },
        { "get", "/v1/organization/invites", "/v1/organization/invites", null },
        { "post", "/v1/organization/admin_api_keys", "/v1/organization/admin_api_keys", """{"name":"a"}""" },
        { "get", "/v1/organization/audit_logs", "/v1/organization/audit_logs?limit=100", null },
        { "post", "/v1/organization/webhooks", "/v1/organization/webhooks",
            """{"url":"https://example.org/hook","events":["deposit.credited"]}""" },
        { "post", "/v1/organization/spend_alerts", "/v1/organization/spend_alerts", """{"threshold_amount":5}""" },
        { "get", "/v1/organization/webhooks", "/v1/organization/webhooks", null },
        { "get", "/v1/organization/deposits", "/v1/organization/deposits", null },
        { "get", "/v1/organization/deposit_addresses", "/v1/organization/deposit_addresses", null },
        { "post", "/v1/organization/top_ups", "/v1/organization/top_ups", """{"rao":50000000}""" },
        { "get", "/v1/organization/refunds", "/v1/organization/refunds", null },
        { "get", "/v1/organization/usage/completions",
            "/v1/organization/usage/completions?start_time=1790000000&end_time=1790000001", null },
        { "get", "/v1/organization/usage/images",
            "/v1/organization/usage/images?start_time=1790000000&end_time=1790000001", null },
        { "get", "/v1/organization/costs", "/v1/organization/costs?start_time=1790000000&end_time=1790000001", null },
        { "get", "/v1/organization/invoices", "/v1/organization/invoices?format=json", null },
    };

    private const string Chat = """{"model":"devnet-large","messages":[{"role":"user","content":"What is 2 + 2?"}]}""";

    [Fact]
    public async Task Every_route_stands_in_the_document_and_nothing_else_does()
    {
        var document = await DocumentAsync();
        var described = document["paths"]!.AsObject()
            .SelectMany(path => path.Value!.AsObject().Select(operation => $"{operation.Key} {path.Key}"));
        var mapped = Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<PortalMark>() is null)
            .Where(endpoint => !Left.Contains(DocumentWriter.PathOf(endpoint.RoutePattern)))
            .Select(endpoint =>
                $"{DocumentWriter.MethodOf(endpoint)} {DocumentWriter.PathOf(endpoint.RoutePattern)}");

        Assert.Equal(mapped.Order(StringComparer.Ordinal), described.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_schema_that_is_named_is_there_and_every_operation_has_a_name_of_its_own()
    {
        var document = await DocumentAsync();
        var schemas = document["components"]!["schemas"]!.AsObject();
        var named = System.Text.RegularExpressions.Regex
            .Matches(document.ToJsonString(), "\"#/components/schemas/(?<name>[A-Za-z]+)\"")
            .Select(match => match.Groups["name"].Value).Distinct();
        Assert.DoesNotContain(named, name => !schemas.ContainsKey(name));

        var operations = document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject())
            .Select(operation => (string)operation.Value!["operationId"]!).ToList();
        Assert.Equal(operations.Count, operations.Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task An_answer_is_what_the_document_says(string method, string route, string path, string? body)
    {
        var document = await DocumentAsync();
        var operation = document["paths"]![route]![method]!;
        var isAdmin = operation["security"]!.AsArray().Any(way => way!.AsObject().ContainsKey("adminKey"));
        using var client = Gateway.CreateClient((string)Gateway.DevNet[isAdmin ? "adminKey" : "apiKey"]!);
        var (project, request) = (await ProjectAsync(), await RequestAsync());

        using var message = new HttpRequestMessage(
            new(method.ToUpperInvariant()), new Uri(Filled(path), UriKind.Relative));
        if (body is not null)
        {
            message.Content = new StringContent(Filled(body), Encoding.UTF8, "application/json");
        }

        using var answer = await client.SendAsync(message, Token);
        var text = await answer.Content.ReadAsStringAsync(Token);
        var schema = operation["responses"]![$"{(int)answer.StatusCode}"]!["content"]!["application/json"]!["schema"];
        Assert.True(answer.IsSuccessStatusCode, text);
        Assert.Empty(new SchemaCheck(document).Problems(schema, JsonNode.Parse(text)));

        string Filled(string template) => template
            .Replace("{p}", project, StringComparison.Ordinal).Replace("{r}", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_what_the_document_says()
    {
        var document = await DocumentAsync();
        using var client = Gateway.CreateClient(null);
        using var answer = await client.GetAsync(new Uri("v1/organization/users", UriKind.Relative), Token);
        var operation = document["paths"]!["/v1/organization/users"]!["get"]!;
        var schema = operation["responses"]![$"{(int)answer.StatusCode}"]!["content"]!["application/json"]!["schema"];

        Assert.Empty(new SchemaCheck(document).Problems(
            schema, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))));
    }

    [Theory]
    [InlineData("""{"id":"x","email":7}""", "$.email: 7 is no")]
    [InlineData("""{"email":"x"}""", "$.id is missing")]
    [InlineData("""{"id":"x","extra":1}""", "$.extra is not in the schema")]
    [InlineData("""{"id":"x","role":"king"}""", "is none of")]
    [InlineData("""{"id":"x","parts":[{"a":1},{"a":1.5}]}""", "$.parts[1].a: 1.5 is no")]
    [InlineData("""{"id":"x","one":true}""", "is not exactly one of")]
    public void Seeded_faults_are_found(string json, string problem)
    {
        var schema = JsonNode.Parse("""
            {"type":"object","required":["id"],"additionalProperties":false,"properties":{
             "id":{"type":"string"},"email":{"type":["string","null"]},"role":{"enum":["owner"]},
             "parts":{"type":"array","items":{"type":"object","properties":{"a":{"type":"integer"}}}},
             "one":{"oneOf":[{"type":"string"},{"type":"null"}]}}}
            """);

        var found = Assert.Single(new SchemaCheck([]).Problems(schema, JsonNode.Parse(json)));
        Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_pages_that_show_it_run_no_script_of_their_own_text_under_a_policy_of_their_own()
    {
        using var client = Gateway.CreateClient(null);
        using var page = await client.GetAsync(new Uri("docs/index.html", UriKind.Relative), Token);
        var html = await page.Content.ReadAsStringAsync(Token);
        Assert.True(page.IsSuccessStatusCode, html);
        Assert.DoesNotMatch("<script(?![^>]* src=)", html);
        var policy = Assert.Single(page.Headers.GetValues("content-security-policy"));
        Assert.Contains("script-src 'self'", policy, StringComparison.Ordinal);
        Assert.Equal("nosniff", Assert.Single(page.Headers.GetValues("x-content-type-options")));
        var script = await client.GetStringAsync(new Uri("docs/index.js", UriKind.Relative), Token);
        Assert.Contains("/openapi/v1.json", script, StringComparison.Ordinal);

        using var other = await client.GetAsync(new Uri("openapi/v2.json", UriKind.Relative), Token);
        Assert.Equal(404, (int)other.StatusCode);
        Assert.Contains("not_found", await other.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    private async Task<JsonObject> DocumentAsync()
    {
        using var client = Gateway.CreateClient(null);
        var text = await client.GetStringAsync(new Uri("openapi/v1.json", UriKind.Relative), Token);
        return JsonNode.Parse(text)!.AsObject();
    }

    private async Task<string> ProjectAsync()
    {
        using var admin = Organization.Admin.OfDemo(Gateway);
        return await admin.DefaultProjectAsync();
    }

    private async Task<string> RequestAsync()
    {
        using var answer = await Gateway.PostChatAsync(Chat, Token);
        await answer.Content.ReadAsStringAsync(Token);
        return Assert.Single(answer.Headers.GetValues("x-request-id"));
    }
}
