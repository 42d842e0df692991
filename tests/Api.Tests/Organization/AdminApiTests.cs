using System.Net;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Organization;

public sealed class AdminApiTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    private static readonly Uri Models = new("v1/models", UriKind.Relative);

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task An_API_key_manages_nothing_and_an_admin_key_calls_nothing()
    {
        using var stranger = new Admin(Gateway, (string)Gateway.DevNet["apiKey"]!);
        var error = await stranger.RefusedAsync(HttpMethod.Get, "projects", null, HttpStatusCode.Forbidden);
        Assert.Equal("permission_error", (string)error["type"]!);
        Assert.Equal("insufficient_permissions", (string)error["code"]!);

        using var admin = Gateway.CreateClient((string)Gateway.DevNet["adminKey"]!);
        using var answer = await admin.GetAsync(Models, Token);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
    }

    [Fact]
    public async Task Projects_are_made_listed_by_pages_changed_and_archived()
    {
        var (admin, _, apiKey) = await Admin.OfNewAsync(Gateway, "projects@example.org");
        using var _1 = admin;
        for (var i = 0; i < 4; i++)
        {
            var made = await admin.PostAsync("projects", $$"""{"name":"P{{i}}"}""");
            Assert.Equal(("organization.project", $"P{i}", "active"),
                ((string)made["object"]!, (string)made["name"]!, (string)made["status"]!));
            Assert.Matches("^proj_[0-9a-f]{32}$", (string)made["id"]!);
            Assert.InRange((long)made["created_at"]!, 1_700_000_000, 4_000_000_000);
        }

        var names = new List<string>();
        string? after = null;
        bool more;
        do
        {
            var page = await admin.GetAsync($"projects?limit=2{(after is null ? "" : $"&after={after}")}");
            Assert.Equal("list", (string)page["object"]!);
            names.AddRange(page["data"]!.AsArray().Select(project => (string)project!["name"]!));
            Assert.Equal((string)page["data"]![0]!["id"]!, (string)page["first_id"]!);
            (after, more) = ((string)page["last_id"]!, (bool)page["has_more"]!);
        }
        while (more);
        Assert.Equal(["Default project", "P0", "P1", "P2", "P3"], names);

        var id = (string)(await admin.GetAsync("projects"))["data"]![1]!["id"]!;
        Assert.Equal("New", (string)(await admin.PostAsync($"projects/{id}", """{"name":"New"}"""))["name"]!);
        Assert.Equal("New", (string)(await admin.GetAsync($"projects/{id}"))["name"]!);

        var key = await admin.PostAsync($"projects/{id}/api_keys", """{"name":"k"}""");
        Assert.Equal(HttpStatusCode.OK, await CallAsync((string)key["value"]!));
        var archived = await admin.PostAsync($"projects/{id}/archive", "{}");
        Assert.Equal("archived", (string)archived["status"]!);
        Assert.True((long)archived["archived_at"]! > 0);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((string)key["value"]!));
        Assert.Equal(HttpStatusCode.OK, await CallAsync(apiKey));
        await admin.RefusedAsync(
            HttpMethod.Post, $"projects/{id}/api_keys", """{"name":"k"}""", HttpStatusCode.Conflict);
        Assert.Equal(4, (await admin.GetAsync("projects"))["data"]!.AsArray().Count);
        Assert.Equal(5, (await admin.GetAsync("projects?include_archived=true"))["data"]!.AsArray().Count);
        await admin.RefusedAsync(HttpMethod.Post, $"projects/{await admin.DefaultProjectAsync()}/archive", null,
            HttpStatusCode.Conflict);
    }

    [Fact]
    public async Task Keys_are_shown_once_changed_rotated_and_revoked()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "keys@example.org");
        using var _1 = admin;
        var keys = $"projects/{await admin.DefaultProjectAsync()}/api_keys";
        var made = await admin.PostAsync(keys,
            """
            {"name":"k","scopes":["models.read"],"models":["devnet-small"],"rpm":5,"tpm":6,"rpd":7,
             "max_concurrent_requests":8,"spend_limit":{"threshold_amount":250,"interval":"day"},
             "expires_at":4000000000}
            """);
        var (text, path) = ((string)made["value"]!, $"{keys}/{made["id"]}");
        Assert.Equal(HttpStatusCode.OK, await CallAsync(text));
        var seen = await admin.GetAsync(path);
        Assert.False(seen.AsObject().ContainsKey("value"));
        Assert.Equal($"gw-...{text[^4..]}", (string)seen["redacted_value"]!);
        Assert.Equal("""["models.read"]""", seen["scopes"]!.ToJsonString());
        Assert.Equal("""["devnet-small"]""", seen["models"]!.ToJsonString());
        Assert.Equal((5, 6, 7, 8, 4_000_000_000L), ((int)seen["rpm"]!, (int)seen["tpm"]!, (int)seen["rpd"]!,
            (int)seen["max_concurrent_requests"]!, (long)seen["expires_at"]!));
        Assert.Equal((250, 2_500_000_000L, "day"), ((int)seen["spend_limit"]!["threshold_amount"]!,
            (long)seen["spend_limit"]!["threshold_nusd"]!, (string)seen["spend_limit"]!["interval"]!));

        // What is absent stays, null takes away.
        var changed = await admin.PostAsync(path, """{"name":"new","rpm":null,"models":null,"spend_limit":null}""");
        Assert.Equal("new", (string)changed["name"]!);
        Assert.Null(changed["rpm"]);
        Assert.Null(changed["models"]);
        Assert.Null(changed["spend_limit"]);
        Assert.Equal(6, (int)changed["tpm"]!);

        var rotated = await admin.PostAsync($"{path}/rotate", """{"overlap_seconds":600}""");
        Assert.Equal(6, (int)rotated["tpm"]!);
        Assert.Equal(HttpStatusCode.OK, await CallAsync(text));
        Assert.Equal(HttpStatusCode.OK, await CallAsync((string)rotated["value"]!));
        var again = await admin.PostAsync($"{keys}/{rotated["id"]}/rotate", """{"overlap_seconds":0}""");
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((string)rotated["value"]!));

        var deleted = await admin.DeleteAsync($"{keys}/{again["id"]}");
        Assert.True((bool)deleted["deleted"]!);
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((string)again["value"]!));
        await admin.RefusedAsync(HttpMethod.Get, $"{keys}/{again["id"]}", null, HttpStatusCode.NotFound);
        await admin.RefusedAsync(HttpMethod.Delete, $"{keys}/{again["id"]}", null, HttpStatusCode.NotFound);
        Assert.DoesNotContain(text, (await admin.GetAsync(keys)).ToJsonString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("spend_limit", "organization.spend_limit", "project.spend_limit")]
    [InlineData("end_user_limit", "organization.end_user_limit", "project.end_user_limit")]
    public async Task Spend_limits_are_set_read_and_taken_away(string name, string ofOrg, string ofProject)
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, $"{name}@example.org");
        using var _1 = admin;
        var project = await admin.DefaultProjectAsync();
        foreach (var (path, type) in new[] { (name, ofOrg), ($"projects/{project}/{name}", ofProject) })
        {
            await admin.RefusedAsync(HttpMethod.Get, path, null, HttpStatusCode.NotFound);
            var set = await admin.PostAsync(path, """{"threshold_amount":1000}""");
            Assert.Equal((type, 1000, "month", "USD"), ((string)set["object"]!, (int)set["threshold_amount"]!,
                (string)set["interval"]!, (string)set["currency"]!));
            await admin.PostAsync(path, """{"threshold_nusd":123,"interval":"week","currency":"USD"}""");
            var seen = await admin.GetAsync(path);
            Assert.Equal((123, 0, "week"), ((int)seen["threshold_nusd"]!, (int)seen["threshold_amount"]!,
                (string)seen["interval"]!));
            Assert.True((bool)(await admin.DeleteAsync(path))["deleted"]!);
            await admin.RefusedAsync(HttpMethod.Delete, path, null, HttpStatusCode.NotFound);
        }
    }

    [Theory]
    [InlineData("", "organization.rate_limit")]
    [InlineData("projects/{0}/", "project.rate_limit")]
    public async Task Rate_limits_have_one_object_a_model(string prefix, string type)
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, $"rates{type}@example.org");
        using var _1 = admin;
        var root = string.Format(null, prefix, await admin.DefaultProjectAsync()) + "rate_limits";
        var all = (await admin.GetAsync(root))["data"]!.AsArray();
        Assert.Equal(
            ["rl-*", "rl-auto", "rl-devnet-embed", "rl-devnet-large", "rl-devnet-rerank", "rl-devnet-small"],
            all.Select(each => (string)each!["id"]!));
        Assert.All(all, each => Assert.Equal((type, 1_000_000_000L),
            ((string)each!["object"]!, (long)each["max_requests_per_1_minute"]!)));

        await admin.PostAsync($"{root}/rl-*", """{"max_requests_per_1_day":9}""");
        var changed = await admin.PostAsync($"{root}/rl-devnet-large",
            """{"max_requests_per_1_minute":10,"max_tokens_per_1_minute":20,"max_concurrent_requests":3}""");
        Assert.Equal((10, 20, 1_000_000_000L, 3), ((int)changed["max_requests_per_1_minute"]!,
            (int)changed["max_tokens_per_1_minute"]!, (long)changed["max_requests_per_1_day"]!,
            (int)changed["max_concurrent_requests"]!));
        changed = await admin.PostAsync($"{root}/rl-devnet-large", """{"max_requests_per_1_minute":1000000000}""");
        Assert.Equal((1_000_000_000L, 20), ((long)changed["max_requests_per_1_minute"]!,
            (int)changed["max_tokens_per_1_minute"]!));
        var page = await admin.GetAsync($"{root}?limit=1&after=rl-devnet-embed");
        Assert.Equal(("rl-devnet-large", true), ((string)page["first_id"]!, (bool)page["has_more"]!));
        Assert.Equal(20, (int)page["data"]![0]!["max_tokens_per_1_minute"]!);
        await admin.RefusedAsync(HttpMethod.Post, $"{root}/rl-nobody", "{}", HttpStatusCode.NotFound);
        await admin.RefusedAsync(HttpMethod.Post, $"{root}/devnet-large", "{}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Attack_07_What_belongs_to_others_is_not_there()
    {
        var (admin, _, _) = await Admin.OfNewAsync(Gateway, "mine@example.org");
        var (other, _, otherKey) = await Admin.OfNewAsync(Gateway, "other@example.org");
        using var _1 = admin;
        using var _2 = other;
        var (path, _) = await other.CreateKeyAsync("""{"name":"theirs"}""");
        var project = path.Split('/')[1];
        var mine = await admin.DefaultProjectAsync();
        var theirs = path[path.IndexOf("api_keys", StringComparison.Ordinal)..];
        foreach (var (method, target, body) in new (HttpMethod, string, string?)[]
            {
                (HttpMethod.Get, $"projects/{project}", null),
                (HttpMethod.Post, $"projects/{project}", """{"name":"x"}"""),
                (HttpMethod.Post, $"projects/{project}/archive", null),
                (HttpMethod.Get, $"projects/{project}/api_keys", null),
                (HttpMethod.Post, $"projects/{project}/api_keys", """{"name":"x"}"""),
                (HttpMethod.Get, path, null),
                (HttpMethod.Post, path, """{"name":"x"}"""),
                (HttpMethod.Post, $"{path}/rotate", """{"overlap_seconds":0}"""),
                (HttpMethod.Delete, path, null),
                (HttpMethod.Delete, $"projects/{mine}/{theirs}", null),
                (HttpMethod.Get, $"projects/{project}/spend_limit", null),
                (HttpMethod.Post, $"projects/{project}/spend_limit", """{"threshold_amount":0}"""),
                (HttpMethod.Delete, $"projects/{project}/end_user_limit", null),
                (HttpMethod.Get, $"projects/{project}/rate_limits", null),
                (HttpMethod.Post, $"projects/{project}/rate_limits/rl-*", """{"max_requests_per_1_minute":1}"""),
                (HttpMethod.Get, "projects/proj_x", null),
                (HttpMethod.Get, "projects/..%2f..%2fkey", null),
                (HttpMethod.Get, $"projects/{mine}/api_keys/key_x", null),
            })
        {
            var error = await admin.RefusedAsync(method, target, body, HttpStatusCode.NotFound);
            Assert.Equal("not_found", (string)error["code"]!);
        }

        Assert.Equal(HttpStatusCode.OK, await CallAsync(otherKey));
    }

    [Theory]
    [InlineData("projects", "", "invalid_json", null)]
    [InlineData("projects", "[]", "invalid_json", null)]
    [InlineData("projects", "{\"name\":\"x\"", "invalid_json", null)]
    [InlineData("projects", "{\"name\":\"x\",\"name\":\"y\"}", "duplicate_key", "name")]
    [InlineData("projects", "{}", "missing_required_parameter", "name")]
    [InlineData("projects", "{\"name\":null}", "missing_required_parameter", "name")]
    [InlineData("projects", "{\"name\":7}", "invalid_type", "name")]
    [InlineData("projects", "{\"name\":\"\"}", "invalid_value", "name")]
    [InlineData("projects", "{\"name\":\"a\\u0000b\"}", "invalid_value", "name")]
    [InlineData("projects", "{\"name\":\"x\",\"budget\":1}", "unknown_parameter", "budget")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"Rpm\":1}", "unknown_parameter", "Rpm")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"rpm\":0}", "invalid_value", "rpm")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"rpm\":-1}", "invalid_value", "rpm")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"rpm\":1.5}", "invalid_type", "rpm")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"tpm\":\"10\"}", "invalid_type", "tpm")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"rpd\":1e309}", "invalid_type", "rpd")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"rpd\":99999999999999999999}", "invalid_value", "rpd")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"scopes\":\"inference\"}", "invalid_type", "scopes")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"scopes\":[]}", "invalid_value", "scopes")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"scopes\":[\"keys.manage\"]}", "invalid_value", "scopes")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"models\":[\"a b\"]}", "invalid_value", "models")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"models\":[1]}", "invalid_type", "models")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"expires_at\":1}", "invalid_value", "expires_at")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"spend_limit\":5}", "invalid_type", "spend_limit")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"spend_limit\":{}}", "missing_required_parameter",
        "spend_limit.threshold_amount")]
    [InlineData("{p}/api_keys", "{\"name\":\"x\",\"spend_limit\":{\"usd\":1}}", "unknown_parameter", "spend_limit.usd")]
    [InlineData("spend_limit", "{\"threshold_amount\":-1}", "invalid_value", "threshold_amount")]
    [InlineData("spend_limit", "{\"threshold_amount\":1,\"threshold_nusd\":1}", "invalid_value", "threshold_nusd")]
    [InlineData("spend_limit", "{\"threshold_amount\":1,\"interval\":\"year\"}", "invalid_value", "interval")]
    [InlineData("spend_limit", "{\"threshold_amount\":1,\"currency\":\"EUR\"}", "invalid_value", "currency")]
    [InlineData("{p}/end_user_limit", "{\"threshold\":1}", "unknown_parameter", "threshold")]
    [InlineData("rate_limits/rl-*", "{\"max_images_per_1_minute\":1}", "unknown_parameter", "max_images_per_1_minute")]
    [InlineData("rate_limits/rl-*", "{\"max_requests_per_1_minute\":0}", "invalid_value", "max_requests_per_1_minute")]
    [InlineData("{p}/rate_limits/rl-auto", "{\"max_tokens_per_1_minute\":1000000001}", "invalid_value",
        "max_tokens_per_1_minute")]
    public async Task Attack_10_Complaint_15_A_hostile_body_is_refused_by_its_member(
        string path, string body, string code, string? param)
    {
        using var admin = Admin.OfDemo(Gateway);
        var target = path.Replace("{p}", $"projects/{await admin.DefaultProjectAsync()}", StringComparison.Ordinal);

        var error = await admin.RefusedAsync(HttpMethod.Post, target, body, HttpStatusCode.BadRequest);

        Assert.Equal((code, param), ((string)error["code"]!, (string?)error["param"]));
    }

    [Theory]
    [InlineData("projects?limit=0", "limit")]
    [InlineData("projects?limit=101", "limit")]
    [InlineData("projects?limit=ten", "limit")]
    [InlineData("projects?after=x", "after")]
    [InlineData("projects?include_archived=1", "include_archived")]
    [InlineData("projects?before=x", "before")]
    [InlineData("rate_limits?after=x", "after")]
    public async Task A_wrong_page_is_refused(string path, string? param)
    {
        using var admin = Admin.OfDemo(Gateway);

        var error = await admin.RefusedAsync(HttpMethod.Get, path, null, HttpStatusCode.BadRequest);

        Assert.Equal(param, (string?)error["param"]);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("604800")]
    public async Task The_overlap_is_up_to_seven_days(string seconds)
    {
        using var admin = Admin.OfDemo(Gateway);
        var (path, _) = await admin.CreateKeyAsync("""{"name":"k"}""");

        await admin.RefusedAsync(HttpMethod.Post, $"{path}/rotate", "{}", HttpStatusCode.BadRequest);
        await admin.RefusedAsync(
            HttpMethod.Post, $"{path}/rotate", """{"overlap_seconds":604801}""", HttpStatusCode.BadRequest);
        await admin.PostAsync($"{path}/rotate", $$"""{"overlap_seconds":{{seconds}}}""");
    }

    [Fact]
    public async Task A_project_header_must_be_the_keys_own()
    {
        using var admin = Admin.OfDemo(Gateway);
        var own = await admin.DefaultProjectAsync();
        var other = (string)(await admin.PostAsync("projects", """{"name":"other"}"""))["id"]!;

        Assert.Equal(HttpStatusCode.OK, await CallAsync((string)Gateway.DevNet["apiKey"]!, own));
        Assert.Equal(HttpStatusCode.Unauthorized, await CallAsync((string)Gateway.DevNet["apiKey"]!, other));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private async Task<HttpStatusCode> CallAsync(string key, string? project = null)
    {
        using var client = Gateway.CreateClient(key);
        using var request = new HttpRequestMessage(HttpMethod.Get, Models);
        if (project is not null)
        {
            request.Headers.Add("OpenAI-Project", project);
        }

        using var answer = await client.SendAsync(request, Token);
        return answer.StatusCode;
    }
}
