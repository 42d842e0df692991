using Gateway.Api.Tests.Http;
using Gateway.Testing.Fuzz;

namespace Gateway.Api.Tests.Organization;

/// <summary>No act of a manager goes without a row of the audit log: every endpoint that changes something is done
/// here, and one that is not in this list fails.</summary>
public sealed class AuditCoverageTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    // A path is as in the OpenAPI document, but for {} where a name stands; what an act makes is named after it.
    private static readonly (string Act, string Body, string Row, string Makes)[] Acts =
    [
        ("POST projects", """{"name":"audited"}""", "project.created", "project"),
        ("POST projects/{project}", """{"name":"renamed"}""", "project.updated", ""),
        ("POST projects/{project}/api_keys", """{"name":"k"}""", "api_key.created", "key"),
        ("POST projects/{project}/api_keys/{key}", """{"name":"l"}""", "api_key.updated", ""),
        ("POST projects/{project}/api_keys/{key}/rotate", """{"overlap_seconds":60}""", "api_key.created", ""),
        ("DELETE projects/{project}/api_keys/{key}", "", "api_key.deleted", ""),
        ("POST projects/{project}/service_accounts", """{"name":"s"}""", "service_account.created", "account"),
        ("POST projects/{project}/service_accounts/{account}/api_keys", """{"name":"t"}""", "api_key.created", ""),
        ("DELETE projects/{project}/service_accounts/{account}", "", "service_account.deleted", ""),
        ("POST projects/{project}/data_retention", """{"retention_type":"zero_data_retention"}""",
            "project.data_retention.updated", ""),
        ("POST projects/{project}/model_permissions", """{"mode":"allow_list","model_ids":["devnet-small"]}""",
            "project.model_permissions.updated", ""),
        ("DELETE projects/{project}/model_permissions", "", "project.model_permissions.deleted", ""),
        ("POST projects/{project}/users", """{"user_id":"{user}","role":"member"}""", "project.user.added", ""),
        ("POST projects/{project}/users/{user}", """{"role":"owner"}""", "project.user.updated", ""),
        ("DELETE projects/{project}/users/{user}", "", "project.user.deleted", ""),
        ("POST groups", """{"name":"g"}""", "group.created", "group"),
        ("POST groups/{group}", """{"name":"h"}""", "group.updated", ""),
        ("POST groups/{group}/users", """{"user_id":"{user}"}""", "group.user.added", ""),
        ("DELETE groups/{group}/users/{user}", "", "group.user.deleted", ""),
        ("POST groups/{group}/roles", """{"role_id":"{role}"}""", "role.assignment.created", ""),
        ("DELETE groups/{group}/roles/{role}", "", "role.assignment.deleted", ""),
        ("POST projects/{project}/groups", """{"group_id":"{group}","role":"member"}""", "role.assignment.created", ""),
        ("DELETE projects/{project}/groups/{group}", "", "role.assignment.deleted", ""),
        ("DELETE groups/{group}", "", "group.deleted", ""),
        ("POST spend_limit", """{"threshold_amount":500,"interval":"month"}""", "spend_limit.updated", ""),
        ("DELETE spend_limit", "", "spend_limit.deleted", ""),
        ("POST end_user_limit", """{"threshold_amount":500,"interval":"day"}""", "end_user_limit.updated", ""),
        ("DELETE end_user_limit", "", "end_user_limit.deleted", ""),
        ("POST projects/{project}/spend_limit", """{"threshold_amount":500}""", "spend_limit.updated", ""),
        ("DELETE projects/{project}/spend_limit", "", "spend_limit.deleted", ""),
        ("POST projects/{project}/end_user_limit", """{"threshold_amount":5}""", "end_user_limit.updated", ""),
        ("DELETE projects/{project}/end_user_limit", "", "end_user_limit.deleted", ""),
        ("POST spend_alerts", """{"threshold_nusd":400000}""", "spend_alert.created", "alert"),
        ("POST spend_alerts/{alert}", """{"threshold_nusd":500000}""", "spend_alert.updated", ""),
        ("DELETE spend_alerts/{alert}", "", "spend_alert.deleted", ""),
        ("POST rate_limits/rl-*", """{"max_requests_per_1_minute":9}""", "rate_limit.updated", ""),
        ("POST projects/{project}/rate_limits/rl-*", """{"max_requests_per_1_minute":9}""", "rate_limit.updated", ""),
        ("POST invites", """{"email":"x@example.org","role":"reader"}""", "invite.sent", "invite"),
        ("DELETE invites/{invite}", "", "invite.deleted", ""),
        ("POST admin_api_keys", """{"name":"a"}""", "admin_api_key.created", "key"),
        ("DELETE admin_api_keys/{key}", "", "admin_api_key.deleted", ""),
        ("POST webhooks", """{"url":"https://example.com/"}""", "webhook.created", "webhook"),
        ("POST webhooks/{webhook}", """{"name":"w"}""", "webhook.updated", ""),
        ("DELETE webhooks/{webhook}", "", "webhook.deleted", ""),
        ("POST deposit_addresses", "{}", "deposit_address.requested", ""),
        ("POST projects/{project}/archive", "", "project.archived", ""),
    ];

    // Held by tests of their own: people who come and go (PeopleApiTests), and money that needs signatures
    // (RefundTests), or a price of TAO (top-ups). A test event, a repeated delivery and a trial of limits change
    // nothing.
    private static readonly string[] Elsewhere =
    [
        "POST users/{}", "DELETE users/{}", "POST refunds", "POST refunds/{}/cancel", "POST webhooks/{}/test",
        "POST webhooks/{}/deliveries/{}/resend", "POST limits/simulate", "POST top_ups",
    ];

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task Every_act_of_a_manager_leaves_a_row_and_a_change_says_what_was_before()
    {
        using var admin = Admin.OfDemo(Gateway);
        var made = new Dictionary<string, string>
        {
            ["user"] = (string)(await admin.GetAsync("users"))["data"]![0]!["id"]!,
            ["role"] = "role_reader",
        };
        foreach (var (act, body, type, makes) in Acts)
        {
            var before = await NewestAsync(admin);
            var (method, path) = (act.Split(' ')[0], Fill(act.Split(' ')[1], made));
            var answer = method == "POST"
                ? await admin.PostAsync(path, Fill(body, made))
                : await admin.DeleteAsync(path);
            if (makes.Length > 0)
            {
                made[makes] = (string)answer["id"]!;
            }

            var rows = (await admin.GetAsync("audit_logs?limit=5"))["data"]!.AsArray()
                .Where(row => (long)row!["sequence"]! > before).ToList();
            var row = rows.SingleOrDefault(one => (string?)one!["type"] == type);
            Assert.True(row is not null, $"{act}: {string.Join(", ", rows.Select(one => (string?)one!["type"]))}");
            Assert.Equal("api_key", (string?)row["actor"]!["type"]);

            // A first limit is a new row of the store, and had nothing before.
            if (type is "project.updated" or "api_key.updated" or "webhook.updated" or "spend_alert.updated"
                or "project.user.updated" or "project.data_retention.updated" or "project.model_permissions.updated")
            {
                Assert.True(row.ToJsonString().Contains("\"was\":", StringComparison.Ordinal), row.ToJsonString());
            }
        }
    }

    [Fact]
    public async Task Every_endpoint_of_a_manager_that_changes_something_is_held_to_the_log()
    {
        var document = await FuzzTarget.DocumentAsync(Gateway.Client.BaseAddress!);
        var held = Acts.Select(act => Plain(act.Act.Replace("rl-*", "{id}", StringComparison.Ordinal)))
            .Concat(Elsewhere).ToHashSet(StringComparer.Ordinal);
        string[] there =
        [
            .. from path in document["paths"]!.AsObject()
               where path.Key.StartsWith("/v1/organization/", StringComparison.Ordinal)
               from operation in path.Value!.AsObject()
               where operation.Key is "post" or "put" or "patch" or "delete"
               select Plain($"{operation.Key.ToUpperInvariant()} {path.Key["/v1/organization/".Length..]}"),
        ];

        Assert.NotEmpty(there);
        Assert.Empty(there.Except(held));
        Assert.Empty(held.Except(there));
    }

    [Fact]
    public async Task Attack_07_Another_organisations_audit_log_is_as_none()
    {
        using var admin = Admin.OfDemo(Gateway);
        var (path, _) = await admin.CreateKeyAsync("""{"name":"mine"}""");
        var row = (await admin.GetAsync("audit_logs?limit=1"))["data"]![0]!;
        var (own, _, _) = await Admin.OfNewAsync(Gateway, "curious@example.org");
        using var stranger = own;
        var key = path[(path.LastIndexOf('/') + 1)..];

        Assert.Equal(key, (string?)row["api_key.created"]!["id"]);
        Assert.DoesNotContain(key, (await stranger.GetAsync("audit_logs?limit=100")).ToJsonString(),
            StringComparison.Ordinal);
        Assert.Empty((await stranger.GetAsync($"audit_logs?resource_ids[]={key}"))["data"]!.AsArray());
        await stranger.RefusedAsync(
            HttpMethod.Get, $"audit_logs?after={row["id"]}", null, System.Net.HttpStatusCode.BadRequest);
    }

    private static string Plain(string act) =>
        System.Text.RegularExpressions.Regex.Replace(act, "\\{[^}]*\\}", "{}");

    private static string Fill(string text, Dictionary<string, string> made) =>
        made.Aggregate(text, (sum, one) => sum.Replace($"{{{one.Key}}}", one.Value, StringComparison.Ordinal));

    private static async Task<long> NewestAsync(Admin admin) =>
        (long?)(await admin.GetAsync("audit_logs?limit=1"))["data"]!.AsArray().FirstOrDefault()?["sequence"] ?? 0;
}
