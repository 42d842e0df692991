using System.Net;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Tests.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

public sealed class AuditLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_lead_back_to_the_newest_row_by_their_first_ids()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var (own, _, _) = await Admin.OfNewAsync(gateway, "pages@example.org");
        using var admin = own;
        for (var key = 0; key < 5; key++)
        {
            await admin.CreateKeyAsync($$"""{"name":"k{{key}}"}""");
        }

        var all = Ids(await admin.GetAsync("audit_logs?limit=100"));
        var page = await admin.GetAsync($"audit_logs?limit=2&before={all[5]}");
        Assert.Equal(all[3..5], Ids(page));
        Assert.True((bool)page["has_more"]!);

        // Where fewer are newer, they are all there are.
        var newest = await admin.GetAsync($"audit_logs?limit=3&before={page["first_id"]}");
        Assert.Equal(all[..3], Ids(newest));
        Assert.False((bool)newest["has_more"]!);
        Assert.Empty(Ids(await admin.GetAsync($"audit_logs?before={all[0]}")));
        await admin.RefusedAsync(HttpMethod.Get, "audit_logs?before=x", null, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task An_address_finds_what_that_member_did_and_nothing_else()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var (own, org, _) = await Admin.OfNewAsync(gateway, "ann@example.org");
        using var admin = own;
        var contexts = gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>();
        await using var db = await contexts.CreateDbContextAsync(Token);
        var ann = await db.Members.SingleAsync(row => row.Org == org.Value, Token);
        var trail = gateway.Services.GetRequiredService<AuditTrail>();
        await trail.NoteAsync(
            org, new Actor(Actor.Session, ObjectIds.User(ann.Id)), new AuditEvent("project.created", "a", null, null));
        await trail.NoteAsync(
            org, new Actor(Actor.Token, "bob@example.org"), new AuditEvent("project.created", "b", null, null));

        Assert.Equal(["a"], await TargetsAsync(admin, "actor_emails[]=Ann@example.org"));
        Assert.Equal(["b"], await TargetsAsync(admin, "actor_emails[]=bob@example.org"));
        Assert.Equal(
            ["b", "a"], await TargetsAsync(admin, "actor_emails[]=ann@example.org&actor_emails[]=bob@example.org"));
        Assert.Empty(await TargetsAsync(admin, "actor_emails[]=nobody@example.org"));
    }

    private static async Task<string[]> TargetsAsync(Admin admin, string query) =>
    [
        .. (await admin.GetAsync($"audit_logs?{query}"))["data"]!.AsArray()
            .Select(row => (string)row!["project.created"]!["id"]!),
    ];

    private static string[] Ids(JsonNode page) => [.. page["data"]!.AsArray().Select(row => (string)row!["id"]!)];
}
