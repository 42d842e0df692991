using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Tests.Portal;
using Gateway.Api.Tests.Tokens;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

/// <summary>Groups over the API, and what their people may by them: by a token, and in the portal.</summary>
public sealed class GroupApiTests(TokenKit kit) : IClassFixture<TokenKit>
{
    // What an organisation's own caller asks to do each act.
    private static readonly (Act Act, string Path)[] Asked =
    [
        (Act.ManageKeys, "projects"), (Act.ManageMembers, "users"), (Act.ManageMoney, "deposits"),
        (Act.OwnOrganization, "admin_api_keys"), (Act.ReadAudit, "audit_logs"),
        (Act.SeeUsage, "costs?start_time=1790000000&end_time=1790000001"),
    ];

    private static readonly (Act Act, string Path)[] Pages =
    [
        (Act.SeeUsage, "/usage"), (Act.ManageKeys, "/keys"), (Act.ManageMoney, "/billing"),
        (Act.ReadAudit, "/settings"),
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_may_what_their_groups_may_by_token_and_in_the_portal_and_no_longer()
    {
        using var boss = new Admin(kit.Gateway, kit.Good("boss"));
        using var worker = new Admin(kit.Gateway, kit.Good("worker"));
        using var page = new PortalClient(kit.Gateway);
        page.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        var user = await JoinAsync(boss, page, "worker@example.org", "worker");
        await HoldAsync(worker, page, Role.Member);
        foreach (var role in RoleNames.OfOrganization)
        {
            var group = (string)(await boss.PostAsync("groups", $$"""{"name":"{{role}}"}"""))["id"]!;
            await boss.PostAsync($"groups/{group}/roles", $$"""{"role_id":"role_{{role}}"}""");
            await boss.PostAsync($"groups/{group}/users", $$"""{"user_id":"{{user}}"}""");
            await HoldAsync(worker, page, RoleNames.Parse(role)!.Value);
            await boss.DeleteAsync($"groups/{group}/users/{user}");
            await HoldAsync(worker, page, Role.Member);

            await boss.PostAsync($"groups/{group}/users", $$"""{"user_id":"{{user}}"}""");
            await boss.DeleteAsync($"groups/{group}/roles/role_{role}");
            await HoldAsync(worker, page, Role.Member);
            await boss.PostAsync($"groups/{group}/roles", $$"""{"role_id":"role_{{role}}"}""");
            await boss.DeleteAsync($"groups/{group}");
            await HoldAsync(worker, page, Role.Member);
        }
    }

    [Fact]
    public async Task A_groups_role_in_a_project_reaches_that_project()
    {
        using var boss = new Admin(kit.Gateway, kit.Good("boss"));
        using var worker = new Admin(kit.Gateway, kit.Good("seven"));
        using var page = new PortalClient(kit.Gateway);
        var user = await JoinAsync(boss, page, "seven@example.org", "seven");
        var project = (string)(await boss.PostAsync("projects", """{"name":"Seven"}"""))["id"]!;
        var group = (string)(await boss.PostAsync("groups", """{"name":"Seven"}"""))["id"]!;
        await boss.PostAsync($"groups/{group}/users", $$"""{"user_id":"{{user}}"}""");
        var keys = $"projects/{project}/api_keys";
        await worker.RefusedAsync(HttpMethod.Get, keys, null, HttpStatusCode.Forbidden);

        var part = await boss.PostAsync(
            $"projects/{project}/groups", $$"""{"group_id":"{{group}}","role":"role_project_owner"}""");
        Assert.Equal(("project.group", "Seven"), ((string)part["object"]!, (string)part["group_name"]!));
        await worker.GetAsync(keys);
        await worker.RefusedAsync(
            HttpMethod.Get, $"projects/{kit.Project}/api_keys", null, HttpStatusCode.NotFound);
        await worker.RefusedAsync(HttpMethod.Get, "projects", null, HttpStatusCode.Forbidden);

        await boss.DeleteAsync($"projects/{project}/groups/{group}");
        await worker.RefusedAsync(HttpMethod.Get, keys, null, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task An_own_part_in_a_project_counts_like_a_groups()
    {
        using var boss = new Admin(kit.Gateway, kit.Good("boss"));
        using var worker = new Admin(kit.Gateway, kit.Good("eight"));
        using var page = new PortalClient(kit.Gateway);
        var user = await JoinAsync(boss, page, "eight@example.org", "eight");
        var project = (string)(await boss.PostAsync("projects", """{"name":"Eight"}"""))["id"]!;

        await boss.PostAsync($"projects/{project}/users", $$"""{"user_id":"{{user}}","role":"owner"}""");
        await worker.GetAsync($"projects/{project}/api_keys");
        await boss.DeleteAsync($"projects/{project}/users/{user}");
        await worker.RefusedAsync(HttpMethod.Get, $"projects/{project}/api_keys", null, HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Attack_08_Nobody_makes_himself_more_by_a_group()
    {
        using var boss = new Admin(kit.Gateway, kit.Good("boss"));
        using var deputy = new Admin(kit.Gateway, kit.Good("deputy"));
        using var lead = new Admin(kit.Gateway, kit.Good("lead"));
        var group = (string)(await deputy.PostAsync("groups", """{"name":"Ours"}"""))["id"]!;
        foreach (var role in new[] { "owner", "finance" })
        {
            await deputy.RefusedAsync(HttpMethod.Post, $"groups/{group}/roles",
                $$"""{"role_id":"role_{{role}}"}""", HttpStatusCode.Forbidden);
        }

        await deputy.PostAsync($"groups/{group}/roles", """{"role_id":"role_admin"}""");
        var owners = (string)(await boss.PostAsync("groups", """{"name":"Owners"}"""))["id"]!;
        await boss.PostAsync($"groups/{owners}/roles", """{"role_id":"role_owner"}""");
        var user = await UserAsync(boss, "tokens@example.org");
        await deputy.RefusedAsync(
            HttpMethod.Post, $"groups/{owners}/users", $$"""{"user_id":"{{user}}"}""", HttpStatusCode.Forbidden);
        await deputy.RefusedAsync(
            HttpMethod.Delete, $"groups/{owners}/roles/role_owner", null, HttpStatusCode.Forbidden);
        await deputy.RefusedAsync(HttpMethod.Delete, $"groups/{owners}", null, HttpStatusCode.Forbidden);

        // Of a project its owner disposes, and of no other.
        await lead.RefusedAsync(HttpMethod.Get, "groups", null, HttpStatusCode.Forbidden);
        await lead.PostAsync(
            $"projects/{kit.Project}/groups", $$"""{"group_id":"{{group}}","role":"member"}""");
        var other = (string)(await boss.PostAsync("projects", """{"name":"Other"}"""))["id"]!;
        await lead.RefusedAsync(HttpMethod.Post, $"projects/{other}/groups",
            $$"""{"group_id":"{{group}}","role":"owner"}""", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task The_last_owner_is_one_by_himself()
    {
        var (admin, _, _) = await Admin.OfNewAsync(kit.Gateway, "last@example.org");
        using var _1 = admin;
        var group = (string)(await admin.PostAsync("groups", """{"name":"Owners"}"""))["id"]!;
        await admin.PostAsync($"groups/{group}/roles", """{"role_id":"role_owner"}""");
        var user = await UserAsync(admin, "last@example.org");
        await admin.PostAsync($"groups/{group}/users", $$"""{"user_id":"{{user}}"}""");

        var error = await admin.RefusedAsync(
            HttpMethod.Post, $"users/{user}", """{"role":"member"}""", HttpStatusCode.Conflict);

        Assert.Equal("last_owner", (string)error["code"]!);
    }

    [Fact]
    public async Task Attack_07_Foreign_ids_are_as_none_and_unknown_fields_are_refused()
    {
        var (admin, _, _) = await Admin.OfNewAsync(kit.Gateway, "here@example.org");
        var (other, _, _) = await Admin.OfNewAsync(kit.Gateway, "there@example.org");
        using var _1 = admin;
        using var _2 = other;
        var theirs = (string)(await other.PostAsync("groups", """{"name":"T"}"""))["id"]!;
        var stranger = await UserAsync(other, "there@example.org");
        var mine = (string)(await admin.PostAsync("groups", """{"name":"M"}"""))["id"]!;
        var project = $"projects/{await admin.DefaultProjectAsync()}";
        foreach (var (method, path, body) in new[]
            {
                (HttpMethod.Get, $"groups/{theirs}", null),
                (HttpMethod.Post, $"groups/{theirs}", """{"name":"x"}"""),
                (HttpMethod.Delete, $"groups/{theirs}", null),
                (HttpMethod.Get, $"groups/{theirs}/users", null),
                (HttpMethod.Post, $"groups/{theirs}/users", $$"""{"user_id":"{{stranger}}"}"""),
                (HttpMethod.Post, $"groups/{mine}/users", $$"""{"user_id":"{{stranger}}"}"""),
                (HttpMethod.Get, $"groups/{mine}/users/{stranger}", null),
                (HttpMethod.Delete, $"groups/{mine}/users/{stranger}", null),
                (HttpMethod.Get, $"groups/{theirs}/roles", null),
                (HttpMethod.Post, $"groups/{theirs}/roles", """{"role_id":"role_reader"}"""),
                (HttpMethod.Delete, $"groups/{mine}/roles/role_reader", null),
                (HttpMethod.Get, $"groups/{mine}/roles/role_king", null),
                (HttpMethod.Post, $"{project}/groups", $$"""{"group_id":"{{theirs}}","role":"member"}"""),
                (HttpMethod.Get, $"{project}/groups/{mine}", null),
                (HttpMethod.Delete, $"{project}/groups/{mine}", null),
                (HttpMethod.Get, $"../projects/{project["projects/".Length..]}/groups/{mine}/roles", null),
                (HttpMethod.Get, "groups/none", null),
            })
        {
            var error = await admin.RefusedAsync(method, path, body, HttpStatusCode.NotFound);
            Assert.Equal("not_found", (string)error["code"]!);
        }

        foreach (var (path, body, code) in new[]
            {
                ("groups", """{"name":"x","scim":true}""", "unknown_parameter"),
                ("groups", "{}", "missing_required_parameter"),
                ("groups", """{"name":""}""", "invalid_value"),
                ($"groups/{mine}", """{"title":"x"}""", "unknown_parameter"),
                ($"groups/{mine}/users", """{"user":"x"}""", "unknown_parameter"),
                ($"groups/{mine}/roles", """{"role_id":"role_king"}""", "invalid_value"),
                ($"groups/{mine}/roles", """{"role_id":"role_project_owner"}""", "invalid_value"),
                ($"{project}/groups", $$"""{"group_id":"{{mine}}","role":"admin"}""", "invalid_value"),
                ($"{project}/groups", $$"""{"group_id":"{{mine}}"}""", "missing_required_parameter"),
            })
        {
            var error = await admin.RefusedAsync(HttpMethod.Post, path, body, HttpStatusCode.BadRequest);
            Assert.Equal(code, (string)error["code"]!);
        }

        var unknown = await admin.RefusedAsync(HttpMethod.Get, "groups?name=x", null, HttpStatusCode.BadRequest);
        Assert.Equal("unknown_parameter", (string)unknown["code"]!);
    }

    [Fact]
    public async Task What_is_done_to_groups_stands_in_the_log_and_twice_is_a_conflict()
    {
        var (admin, _, _) = await Admin.OfNewAsync(kit.Gateway, "noted@example.org");
        using var _1 = admin;
        var group = (string)(await admin.PostAsync("groups", """{"name":"G"}"""))["id"]!;
        var user = await UserAsync(admin, "noted@example.org");
        var project = await admin.DefaultProjectAsync();
        foreach (var (path, body) in new[]
            {
                ($"groups/{group}/users", $$"""{"user_id":"{{user}}"}"""),
                ($"groups/{group}/roles", """{"role_id":"role_reader"}"""),
                ($"projects/{project}/groups", $$"""{"group_id":"{{group}}","role":"member"}"""),
                ($"../projects/{project}/groups/{group}/roles", """{"role_id":"role_project_owner"}"""),
            })
        {
            await admin.PostAsync(path, body);
            await admin.RefusedAsync(HttpMethod.Post, path, body, HttpStatusCode.Conflict);
        }

        var roles = await admin.GetAsync($"../projects/{project}/groups/{group}/roles");
        Assert.Equal(
            ["role_project_member", "role_project_owner"],
            roles["data"]!.AsArray().Select(one => (string)one!["id"]!).Order());
        await admin.DeleteAsync($"../projects/{project}/groups/{group}/roles/role_project_member");
        await admin.PostAsync($"groups/{group}", """{"name":"H"}""");
        await admin.DeleteAsync($"groups/{group}");

        var log = (await admin.GetAsync("audit_logs?limit=9"))["data"]!.AsArray();
        Assert.Equal(
            [
                "group.deleted", "group.updated", "role.assignment.deleted", "role.assignment.created",
                "role.assignment.created", "role.assignment.created", "group.user.added", "group.created",
            ],
            log.Take(8).Select(row => (string)row!["type"]!));
    }

    private async Task HoldAsync(Admin worker, PortalClient page, Role role)
    {
        foreach (var (act, path) in Asked)
        {
            using var answer = await worker.SendAsync(HttpMethod.Get, path);
            Assert.True(
                answer.StatusCode == (Opens(role, act) ? HttpStatusCode.OK : HttpStatusCode.Forbidden),
                $"{role} on {path}: {answer.StatusCode}");
        }

        foreach (var (act, path) in Pages)
        {
            using var answer = await page.GetAsync(path);
            Assert.True(
                answer.StatusCode == (Opens(role, act) ? HttpStatusCode.OK : HttpStatusCode.NotFound),
                $"{role} on {path}: {answer.StatusCode}");
        }
    }

    // Reach.Read and MoneyRows are enough for what is asked here.
    private static bool Opens(Role role, Act act) =>
        RoleTable.Of(role, act) is Reach.All or Reach.Read or Reach.MoneyRows;

    private static async Task<string> UserAsync(Admin admin, string email) =>
        (string)(await admin.GetAsync($"users?emails={email}"))["data"]![0]!["id"]!;

    // A member who signs in to the portal, and by an issuer as signing in notes it.
    private async Task<string> JoinAsync(Admin boss, PortalClient page, string email, string subject)
    {
        await using (var access = await kit.Gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>()
            .CreateDbContextAsync(Token))
        {
            access.Add(new MemberRow
            {
                Id = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()),
                Org = kit.Org.Value,
                Email = email,
                Role = "member",
                CreatedAt = 0,
            });
            await access.SaveChangesAsync(Token);
        }

        await page.EnrolAsync(kit.Gateway, email, kit.Org, "owner");
        var contexts = kit.Gateway.Services.GetRequiredService<IDbContextFactory<PersonDb>>();
        await using var db = await contexts.CreateDbContextAsync(Token);
        var person = await db.Users.SingleAsync(one => one.Email == email, Token);
        db.Add(new IdentityUserLogin<Guid>
        {
            LoginProvider = TokenKit.Issuer,
            ProviderKey = subject,
            UserId = person.Id,
        });
        await db.SaveChangesAsync(Token);
        return await UserAsync(boss, email);
    }
}
