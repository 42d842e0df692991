using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Testing.Fuzz;

namespace Gateway.Api.Tests.Attacks;

/// <summary>Who asks for what is not theirs.</summary>
public sealed class AccessAttackTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_07_Another_organisations_receipt_route_and_generation_are_404()
    {
        using var paid = await Gateway.PostChatAsync(
            """{"model":"devnet-small","max_tokens":5,"messages":[{"role":"user","content":"What is 2 + 2?"}]}""",
            Token);
        var id = paid.Headers.GetValues("x-gateway-receipt").Single();
        var (admin, _, key) = await Admin.OfNewAsync(Gateway, "stranger@example.org");
        admin.Dispose();
        using var stranger = Gateway.CreateClient(key);
        foreach (var path in (string[])[$"v1/receipts/{id}", $"v1/receipts/{id}/route", $"v1/generation?id={id}"])
        {
            using var own = await Gateway.Client.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
            using var others = await stranger.GetAsync(new Uri(path, UriKind.Relative), Token);
            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        }

        using var content = Json($$"""{"request_id":"{{id}}","rating":-1}""");
        using var rating = await stranger.PostAsync(new Uri("v1/feedback", UriKind.Relative), content, Token);
        Assert.Equal(HttpStatusCode.NotFound, rating.StatusCode);
    }

    [Fact]
    public async Task Attack_08_41_Without_a_key_every_endpoint_is_401_and_management_is_closed_to_API_keys()
    {
        var document = await FuzzTarget.DocumentAsync(Gateway.Client.BaseAddress!);
        using var nobody = Gateway.CreateClient(null);
        var closed = 0;
        foreach (var (method, path, needsAdmin) in Guarded(document))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(nobody, method, path));
            closed++;
            if (needsAdmin)
            {
                Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(Gateway.Client, method, path));
            }
        }

        Assert.InRange(closed, 50, int.MaxValue);
    }

    [Fact]
    public async Task Attack_41_A_forwarded_address_is_not_believed()
    {
        using var admin = Admin.OfDemo(Gateway);
        var (_, key) = await admin.CreateKeyAsync("""{"name":"far","addresses":["203.0.113.0/24"]}""");
        using var client = Gateway.CreateClient(key);
        foreach (var header in (string[])["X-Forwarded-For", "Forwarded", "X-Real-IP", "True-Client-IP"])
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation(
                header, header == "Forwarded" ? "for=203.0.113.5" : "203.0.113.5");
        }

        using var answer = await client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("address_not_allowed", await answer.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attack_34_Names_are_data_to_the_store_the_log_and_the_headers()
    {
        using var admin = Admin.OfDemo(Gateway);
        foreach (var name in (string[])
            ["'; DROP TABLE project; --", "${jndi:ldap://x}", "{0} %s <b>", "=cmd|' /C calc'!A0"])
        {
            var made = await admin.PostAsync("projects", new JsonObject { ["name"] = name }.ToJsonString());
            Assert.Equal(name, (string?)(await admin.GetAsync($"projects/{made["id"]}"))["name"]);
        }

        foreach (var name in (string[])["a\r\nSet-Cookie: x=y", "a\nb", "\u001b[31m", "\0"])
        {
            await admin.RefusedAsync(HttpMethod.Post, "projects",
                new JsonObject { ["name"] = name }.ToJsonString(), HttpStatusCode.BadRequest);
        }
    }

    private static IEnumerable<(HttpMethod Method, string Path, bool NeedsAdmin)> Guarded(JsonObject document) =>
        from path in document["paths"]!.AsObject()
        from operation in path.Value!.AsObject()
        let schemes = operation.Value!["security"]!.AsArray()
        where schemes.Count > 0
        select (HttpMethod.Parse(operation.Key), path.Key, schemes.All(scheme => scheme!["adminKey"] is not null));

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(
            method, new Uri(path.Replace("{", "", StringComparison.Ordinal).Replace("}", "", StringComparison.Ordinal)
                .TrimStart('/'), UriKind.Relative));
        request.Content = method == HttpMethod.Get ? null : Json("{}");
        using var answer = await client.SendAsync(request, Token);
        return answer.StatusCode;
    }

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
