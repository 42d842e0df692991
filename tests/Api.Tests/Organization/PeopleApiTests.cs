using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

public sealed class PeopleApiTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    private static readonly Uri Models = new("v1/models", UriKind.Relative);

    private InProcessGateway Gateway => fixture.Gateway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_are_invited_join_get_roles_and_leave_but_the_last_owner_stays()
    {
        var (admin, org, _) = await Admin.OfNewAsync(Gateway, "people@example.org");
        using var _1 = admin;
        var project = await admin.DefaultProjectAsync();
        var invite = await admin.PostAsync("invites",
            $$"""{"email":"Bob@Example.org","role":"reader","projects":[{"id":"{{project}}","role":"owner"}]}""");
        Assert.Equal(("organization.invite", "bob@example.org", "pending"),
            ((string)invite["object"]!, (string)invite["email"]!, (string)invite["status"]!));
        Assert.Equal(7 * 24 * 3600, (long)invite["expires_at"]! - (long)invite["invited_at"]!);
        var token = (string)invite["token"]!;
        Assert.DoesNotContain(token, (await admin.GetAsync("invites")).ToJsonString(), StringComparison.Ordinal);

        var store = Gateway.Services.GetRequiredService<InviteStore>();
        Assert.NotNull(await store.AcceptAsync(token, "bob@example.org", "Bob"));
        Assert.Equal("accepted", (string)(await admin.GetAsync($"invites/{invite["id"]}"))["status"]!);
        await admin.RefusedAsync(HttpMethod.Delete, $"invites/{invite["id"]}", null, HttpStatusCode.NotFound);

        var users = (await admin.GetAsync("users"))["data"]!.AsArray();
        Assert.Equal(["people@example.org", "bob@example.org"], users.Select(user => (string)user!["email"]!));
        var (ada, bob) = ((string)users[0]!["id"]!, (string)users[1]!["id"]!);
        Assert.Equal(bob, (string)(await admin.GetAsync("users?emails[]=bob@example.org"))["data"]![0]!["id"]!);
        Assert.Equal("owner", (string)(await admin.GetAsync($"projects/{project}/users"))["data"]![0]!["role"]!);

        var last = await admin.RefusedAsync(HttpMethod.Delete, $"users/{ada}", null, HttpStatusCode.Conflict);
        Assert.Equal("last_owner", (string)last["code"]!);
        last = await admin.RefusedAsync(
            HttpMethod.Post, $"users/{ada}", """{"role":"admin"}""", HttpStatusCode.Conflict);
        Assert.Equal("last_owner", (string)last["code"]!);
        Assert.Equal("owner", (string)(await admin.PostAsync($"users/{bob}", """{"role":"owner"}"""))["role"]!);
        Assert.True((bool)(await admin.DeleteAsync($"users/{ada}"))["deleted"]!);
        Assert.Single((await admin.GetAsync("users"))["data"]!.AsArray());

        var log = (await admin.GetAsync("audit_logs?event_types[]=user.updated&event_types[]=user.deleted"))["data"]!;
        Assert.Equal(["user.deleted", "user.updated"], log.AsArray().Select(row => (string)row!["type"]!));
        Assert.Equal("reader", (string)log[1]!["user.updated"]!["changes_requested"]!["was"]!);
        Assert.Equal(bob, (string)log[1]!["user.updated"]!["id"]!);
        Assert.NotEqual(Guid.Empty, org.Value);
    }

    [Fact]
    public async Task People_of_a_project_are_added_changed_and_removed()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "parts@example.org");
        using var _1 = admin;
        var users = $"projects/{await admin.DefaultProjectAsync()}/users";
        var id = (string)(await admin.GetAsync("users"))["data"]![0]!["id"]!;
        var added = await admin.PostAsync(users, $$"""{"user_id":"{{id}}","role":"member"}""");
        Assert.Equal(("organization.project.user", "member"), ((string)added["object"]!, (string)added["role"]!));
        await admin.RefusedAsync(
            HttpMethod.Post, users, $$"""{"user_id":"{{id}}","role":"owner"}""", HttpStatusCode.Conflict);
        Assert.Equal("owner", (string)(await admin.PostAsync($"{users}/{id}", """{"role":"owner"}"""))["role"]!);
        Assert.Equal("owner", (string)(await admin.GetAsync($"{users}/{id}"))["role"]!);
        await admin.DeleteAsync($"{users}/{id}");
        await admin.RefusedAsync(HttpMethod.Get, $"{users}/{id}", null, HttpStatusCode.NotFound);
        await admin.RefusedAsync(HttpMethod.Post, $"{users}/{id}", """{"role":"owner"}""", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_service_accounts_keys_end_with_it()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "service@example.org");
        using var _1 = admin;
        var accounts = $"projects/{await admin.DefaultProjectAsync()}/service_accounts";
        var made = await admin.PostAsync(accounts, """{"name":"robot"}""");
        var first = (string)made["api_key"]!["value"]!;
        var second = await admin.PostAsync($"{accounts}/{made["id"]}/api_keys", """{"name":"two"}""");
        Assert.Equal((string)made["id"]!, (string)second["service_account"]!);
        Assert.Equal(2, (await admin.GetAsync($"{accounts}/{made["id"]}/api_keys"))["data"]!.AsArray().Count);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(first));
        Assert.Equal(HttpStatusCode.OK, await CallAsync((string)second["value"]!));
        Assert.DoesNotContain(first, (await admin.GetAsync(accounts)).ToJsonString(), StringComparison.Ordinal);

        await admin.DeleteAsync($"{accounts}/{made["id"]}");

        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync(first));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((string)second["value"]!));
        await admin.RefusedAsync(HttpMethod.Get, $"{accounts}/{made["id"]}", null, HttpStatusCode.NotFound);
    }

    [Theory]
    [InlineData("keys.manage", "projects", 200)]
    [InlineData("keys.manage", "users", 403)]
    [InlineData("keys.manage", "deposits", 403)]
    [InlineData("keys.manage", "admin_api_keys", 403)]
    [InlineData("keys.manage", "audit_logs", 403)]
    [InlineData("members.manage", "users", 200)]
    [InlineData("members.manage", "invites", 200)]
    [InlineData("members.manage", "projects", 403)]
    [InlineData("billing.read", "deposits", 200)]
    [InlineData("billing.read", "refunds", 200)]
    [InlineData("billing.read", "costs?start_time=1790000000&end_time=1790000001", 200)]
    [InlineData("billing.read", "audit_logs", 200)]
    [InlineData("billing.read", "users", 403)]
    [InlineData("billing.manage", "deposit_addresses", 200)]
    public async Task An_admin_key_does_what_its_scopes_say(string scope, string path, int status)
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "scopes@example.org");
        using var _1 = admin;
        var key = await admin.PostAsync("admin_api_keys", $$"""{"name":"k","scopes":["{{scope}}"]}""");
        using var limited = new Admin(Gateway, (string)key["value"]!);

        using var answer = await limited.SendAsync(HttpMethod.Get, path);

        Assert.Equal(status, (int)answer.StatusCode);
    }

    [Fact]
    public async Task Attack_08_A_smaller_key_neither_makes_keys_nor_owners_nor_spends()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "small@example.org");
        using var _1 = admin;
        var made = await admin.PostAsync(
            "admin_api_keys", """{"name":"k","scopes":["members.manage","billing.read"],"expires_at":4000000000}""");
        Assert.Equal("organization.admin_api_key", (string)made["object"]!);
        using var limited = new Admin(Gateway, (string)made["value"]!);
        await limited.RefusedAsync(
            HttpMethod.Post, "admin_api_keys", """{"name":"all"}""", HttpStatusCode.Forbidden);
        await limited.RefusedAsync(
            HttpMethod.Post, "invites", """{"email":"x@example.org","role":"owner"}""", HttpStatusCode.Forbidden);
        var owner = (string)(await limited.GetAsync("users"))["data"]![0]!["id"]!;
        await limited.RefusedAsync(
            HttpMethod.Post, $"users/{owner}", """{"role":"reader"}""", HttpStatusCode.Forbidden);
        await limited.RefusedAsync(HttpMethod.Delete, $"users/{owner}", null, HttpStatusCode.Forbidden);
        await limited.RefusedAsync(HttpMethod.Post, "refunds", """{"all":true}""", HttpStatusCode.Forbidden);
        await limited.RefusedAsync(
            HttpMethod.Post, "spend_limit", """{"threshold_amount":1}""", HttpStatusCode.Forbidden);
        await limited.PostAsync("invites", """{"email":"x@example.org","role":"admin"}""");

        Assert.Equal(2, (await admin.GetAsync("admin_api_keys"))["data"]!.AsArray().Count);
        await admin.DeleteAsync($"admin_api_keys/{made["id"]}");
        await limited.RefusedAsync(HttpMethod.Get, "users", null, HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Attack_07_Another_organisations_people_are_as_none()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "mine@example.org");
        var (other, _, _) = await Admin.OfNewAsync(Gateway, "other@example.org");
        using var _1 = admin;
        using var _2 = other;
        var user = (string)(await other.GetAsync("users"))["data"]![0]!["id"]!;
        var invite = (string)(await other.PostAsync("invites", """{"email":"x@example.org","role":"admin"}"""))["id"]!;
        var key = (string)(await other.GetAsync("admin_api_keys"))["data"]![0]!["id"]!;
        var project = await other.DefaultProjectAsync();
        var mine = $"projects/{await admin.DefaultProjectAsync()}";
        foreach (var (method, path, body) in new[]
            {
                (HttpMethod.Get, $"users/{user}", null),
                (HttpMethod.Post, $"users/{user}", """{"role":"reader"}"""),
                (HttpMethod.Delete, $"users/{user}", null),
                (HttpMethod.Post, $"{mine}/users", $$"""{"user_id":"{{user}}","role":"owner"}"""),
                (HttpMethod.Get, $"invites/{invite}", null),
                (HttpMethod.Delete, $"invites/{invite}", null),
                (HttpMethod.Get, $"admin_api_keys/{key}", null),
                (HttpMethod.Delete, $"admin_api_keys/{key}", null),
                (HttpMethod.Get, $"projects/{project}/service_accounts", null),
                (HttpMethod.Post, $"projects/{project}/model_permissions",
                    """{"mode":"allow_list","model_ids":["auto"]}"""),
                (HttpMethod.Post, "invites",
                    $$"""{"email":"a@b.example","role":"reader","projects":[{"id":"{{project}}","role":"owner"}]}"""),
                (HttpMethod.Get, $"projects/{project}/data_retention", null),
            })
        {
            var error = await admin.RefusedAsync(method, path, body, HttpStatusCode.NotFound);
            Assert.Equal("not_found", (string)error["code"]!);
        }
    }

    [Fact]
    public async Task A_key_is_refused_from_elsewhere_than_its_addresses()
    {
        using var admin = Admin.OfDemo(Gateway);
        var (path, key) = await admin.CreateKeyAsync("""{"name":"k","addresses":["203.0.113.0/24","2001:db8::1"]}""");
        Assert.Equal("""["203.0.113.0/24","2001:db8::1/128"]""",
            (await admin.GetAsync(path))["addresses"]!.ToJsonString());
        using var client = Gateway.CreateClient(key);
        using var answer = await client.GetAsync(Models, Token);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!["error"]!;
        Assert.Equal(("permission_error", "address_not_allowed"), ((string)error["type"]!, (string)error["code"]!));

        await admin.PostAsync(path, """{"addresses":["127.0.0.0/8","::1"]}""");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(key));
        await admin.RefusedAsync(
            HttpMethod.Post, path, """{"addresses":["300.1.1.1"]}""", HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task A_project_that_lists_its_models_has_keys_for_no_others()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "models@example.org");
        using var _1 = admin;
        var project = $"projects/{await admin.DefaultProjectAsync()}";
        var (_, key) = await admin.CreateKeyAsync("""{"name":"k"}""");
        await admin.RefusedAsync(HttpMethod.Get, $"{project}/model_permissions", null, HttpStatusCode.NotFound);
        await admin.RefusedAsync(HttpMethod.Post, $"{project}/model_permissions",
            """{"mode":"deny_list","model_ids":["devnet-small"]}""", HttpStatusCode.BadRequest);
        await admin.PostAsync(
            $"{project}/model_permissions", """{"mode":"allow_list","model_ids":["devnet-small"]}""");
        using var client = Gateway.CreateClient(key);
        var models = JsonNode.Parse(await client.GetStringAsync(Models, Token))!["data"]!.AsArray();
        Assert.All(models, model => Assert.True((string)model!["id"]! is "devnet-small" or "auto"));
        await admin.DeleteAsync($"{project}/model_permissions");
        models = JsonNode.Parse(await client.GetStringAsync(Models, Token))!["data"]!.AsArray();
        Assert.Contains(models, model => (string)model!["id"]! == "devnet-large");
    }

    [Fact]
    public async Task The_log_tells_who_did_what_and_no_secret()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "log@example.org");
        using var _1 = admin;
        var (path, key) = await admin.CreateKeyAsync("""{"name":"first","rpm":7}""");
        await admin.PostAsync(path, """{"rpm":8}""");
        await admin.PostAsync($"{path}/rotate", """{"overlap_seconds":0}""");
        await admin.PostAsync("spend_limit", """{"threshold_amount":100}""");
        await admin.PostAsync("rate_limits/rl-*", """{"max_requests_per_1_minute":9}""");
        await admin.DeleteAsync("spend_limit");
        await admin.DeleteAsync(path);

        var all = await admin.GetAsync("audit_logs?limit=100");
        Assert.Equal(
            [
                "api_key.deleted", "spend_limit.deleted", "rate_limit.updated", "spend_limit.updated",
                "api_key.created", "api_key.updated", "api_key.created", "api_key.created", "admin_api_key.created",
                "user.added", "organization.created",
            ],
            all["data"]!.AsArray().Select(row => (string)row!["type"]!));
        Assert.DoesNotContain(key, all.ToJsonString(), StringComparison.Ordinal);
        var row = all["data"]![5]!;
        Assert.Equal(8, (int)row["api_key.updated"]!["changes_requested"]!["rpm"]!);
        Assert.Equal("api_key", (string)row["actor"]!["type"]!);
        Assert.StartsWith("key_", (string)row["actor"]!["id"]!, StringComparison.Ordinal);
        Assert.StartsWith("req_", (string)row["actor"]!["request_id"]!, StringComparison.Ordinal);
        Assert.EndsWith("127.0.0.1", (string)row["actor"]!["ip_address"]!, StringComparison.Ordinal);

        var page = await admin.GetAsync($"audit_logs?limit=2&after={all["data"]![1]!["id"]}");
        Assert.Equal((string)all["data"]![2]!["id"]!, (string)page["first_id"]!);
        Assert.True((bool)page["has_more"]!);
        var resource = (string)row["api_key.updated"]!["id"]!;
        Assert.Equal(3, (await admin.GetAsync($"audit_logs?resource_ids[]={resource}"))["data"]!.AsArray().Count);
        Assert.Empty((await admin.GetAsync("audit_logs?effective_at[gt]=4000000000"))["data"]!.AsArray());
        Assert.Empty((await admin.GetAsync("audit_logs?actor_ids[]=nobody"))["data"]!.AsArray());
        await admin.RefusedAsync(HttpMethod.Get, "audit_logs?from=1", null, HttpStatusCode.BadRequest);
    }

    [Fact]
    public void Every_endpoint_that_manages_says_which_act_it_is()
    {
        var endpoints = Gateway.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();
        foreach (var endpoint in endpoints)
        {
            var rule = endpoint.Metadata.GetMetadata<AccessRuleMetadata>();
            Assert.True(rule is not null, $"{endpoint.DisplayName} has no access rule");
            var path = endpoint.RoutePattern.RawText!;
            var isAdmin = path.StartsWith("/v1/organization", StringComparison.Ordinal)
                || path.StartsWith("/v1/projects/", StringComparison.Ordinal);
            Assert.Equal(isAdmin, rule.Rule is AccessRule.Admin or AccessRule.Usage);
        }
    }

    private async Task<HttpStatusCode> CallAsync(string key)
    {
        using var client = Gateway.CreateClient(key);
        using var answer = await client.GetAsync(Models, Token);
        return answer.StatusCode;
    }
}
