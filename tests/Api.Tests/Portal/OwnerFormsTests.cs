using System.Net;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Tests.Http;
using Gateway.Api.Webhooks;
using Gateway.Api.Wiring;
using Gateway.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Portal;

/// <summary>A gateway whose visitor the test says, and two organisations with one of everything.</summary>
public sealed class OwnersGateway : IAsyncLifetime
{
    private readonly OneVisitor _visitors = new();

    internal InProcessGateway Gateway { get; private set; } = null!;

    internal Things Own { get; private set; } = null!;

    internal Things Foreign { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await InProcessGateway.StartAsync(
            services => services.AddSingleton<IVisitors>(_visitors), []);
        Own = await MakeAsync(Gateway.Services.GetRequiredService<DevNetAccount>().Org);
        Foreign = await MakeAsync(
            await Get<AccessStore>().CreateOrganizationAsync("others", "others@example.org"));
    }

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    internal T Get<T>()
        where T : notnull => Gateway.Services.GetRequiredService<T>();

    /// <summary>Says who looks.</summary>
    internal PortalVisitor Visit(Role role, bool isProven = true)
    {
        var visitor = new PortalVisitor(Guid.CreateVersion7(), "who@example.org", Own.Org, "Org", role)
        {
            MemberId = Guid.CreateVersion7(),
            SteppedUpAt = isProven ? TimeProvider.System.GetUtcNow() : null,
        };
        _visitors.Visitor = visitor;
        return visitor;
    }

    internal async Task<Guid> AddMemberAsync(OrgId org, string email)
    {
        var (_, token) = (await Get<InviteStore>().CreateAsync(org, email, "member", [], Actor.Console))!.Value;
        return (await Get<InviteStore>().AcceptAsync(token, email, "Somebody"))!.Id;
    }

    private async Task<Things> MakeAsync(OrgId org)
    {
        var project = (await Get<ProjectStore>().CreateAsync(org, "shop", Actor.Console))!;
        var key = (await Get<KeyStore>().CreateAsync(
            project, new("till", KeyScopesText.Default, null, null, default, null), Actor.Console))!.Value.Row;
        var member = await AddMemberAsync(org, $"member.{org.Value:N}@example.org");
        var hook = (await Get<WebhookStore>().CreateAsync(
            org, "https://hooks.example.org/in", "", "*", Actor.Console, CancellationToken.None))!;
        var (invite, _) = (await Get<InviteStore>().CreateAsync(
            org, "later@example.org", "reader", [], Actor.Console))!.Value;
        return new(
            org, new ProjectId(project.Id).ToString(), new KeyId(key.Id).ToString(), ObjectIds.User(member),
            ObjectIds.Webhook(hook.Id), ObjectIds.Invite(invite.Id));
    }

    internal sealed record Things(
        OrgId Org, string Project, string Key, string Member, string Webhook, string Invite);

    private sealed class OneVisitor : IVisitors
    {
        public PortalVisitor? Visitor { get; set; }

        public ValueTask<PortalVisitor?> FindAsync(HttpContext context) => new(Visitor);
    }
}

/// <summary>What owners do on their pages: for whom, with what proof, and on nothing of others.</summary>
public sealed class OwnerFormsTests(OwnersGateway fixture) : IClassFixture<OwnersGateway>, IDisposable
{
    private readonly PortalClient _client = new(fixture.Gateway);

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Each_role_does_what_the_table_of_roles_lets_it_and_to_others_the_form_is_not_there()
    {
        await OpenAsync(Role.Owner);
        foreach (var role in Enum.GetValues<Role>())
        {
            fixture.Visit(role);
            foreach (var (path, act, field, _) in Forms(fixture.Own))
            {
                // What is wrong in it would be told to whoever may send it.
                using var answer = await _client.PostAsync(path, field);
                var expected = RoleTable.Of(role, act) == Reach.All
                    ? HttpStatusCode.BadRequest
                    : HttpStatusCode.NotFound;

                Assert.True(answer.StatusCode == expected, $"{role} {path}: {answer.StatusCode}");
            }
        }
    }

    [Fact]
    public async Task What_lasts_needs_a_proof_of_just_now()
    {
        await OpenAsync(Role.Owner);
        fixture.Visit(Role.Owner, isProven: false);
        foreach (var (path, _, field, isProven) in Forms(fixture.Own))
        {
            using var answer = await _client.PostAsync(path, field);
            Assert.True(
                isProven == answer.Headers.Location?.OriginalString.StartsWith("/step-up", StringComparison.Ordinal)
                || !isProven,
                $"{path}: {answer.StatusCode}");
            Assert.True(isProven || answer.StatusCode == HttpStatusCode.BadRequest, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task No_form_is_taken_from_another_site()
    {
        await OpenAsync(Role.Owner);
        foreach (var (path, _, field, _) in Forms(fixture.Own))
        {
            using var foreign = await _client.PostAsync(path, request =>
            {
                request.Headers.Remove("Sec-Fetch-Site");
                request.Headers.Add("Sec-Fetch-Site", "cross-site");
            }, field);
            Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        }

        _client.Token = "";
        foreach (var (path, _, field, _) in Forms(fixture.Own))
        {
            using var bare = await _client.PostAsync(path, field);
            Assert.Equal(HttpStatusCode.Forbidden, bare.StatusCode);
        }
    }

    [Fact]
    public async Task Another_organisations_things_are_as_none_to_the_byte()
    {
        await OpenAsync(Role.Owner);
        var (foreign, unknown) = (fixture.Foreign, Unknown());
        foreach (var (path, other) in Pages(foreign).Zip(Pages(unknown)))
        {
            using var one = await _client.GetAsync(path);
            var page = _client.Page;
            using var two = await _client.GetAsync(other);

            Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.NotFound), (one.StatusCode, two.StatusCode));
            Assert.Equal(
                _client.Page.Replace(other, "", StringComparison.Ordinal),
                page.Replace(path, "", StringComparison.Ordinal));
        }

        foreach (var (path, _, field, _) in Forms(foreign)
            .Where(form => form.Path.Contains('_', StringComparison.Ordinal)))
        {
            using var answer = await _client.PostAsync(path, field);
            Assert.True(answer.StatusCode == HttpStatusCode.NotFound, $"{path}: {answer.StatusCode}");
        }
    }

    [Fact]
    public async Task An_owner_invites_somebody_makes_him_admin_and_removes_him_with_his_keys()
    {
        await OpenAsync(Role.Owner);
        using var invited = await _client.PostAsync(
            "/settings/invites", ("email", "ana@example.org"), ("role", "member"));
        Assert.Equal(HttpStatusCode.OK, invited.StatusCode);
        Assert.Matches("http://localhost:[0-9]+/invite/[A-Za-z0-9_-]{43}", _client.Page);

        var org = fixture.Own.Org;
        var member = await fixture.AddMemberAsync(org, "bia@example.org");
        var id = ObjectIds.User(member);
        using var changed = await _client.PostAsync($"/settings/members/{id}/role", ("role", "admin"));
        Assert.Equal("/settings", changed.Headers.Location!.OriginalString);
        Assert.Equal("admin", (await fixture.Get<PeopleStore>().FindAsync(org, member))!.Role);

        var project = await fixture.Get<ProjectStore>().DefaultAsync(org);
        var made = await fixture.Get<KeyStore>().CreateAsync(
            project, new("hers", KeyScopesText.Default, null, null, default, null), new(Actor.Session, id));
        using var wrong = await _client.PostAsync(
            $"/settings/members/{id}/remove", ("confirm", "bia"), ("keys", "revoke"));
        Assert.Equal(HttpStatusCode.BadRequest, wrong.StatusCode);
        Assert.Contains("id=\"confirm-problem\"", _client.Page, StringComparison.Ordinal);
        using var removed = await _client.PostAsync(
            $"/settings/members/{id}/remove", ("confirm", "bia@example.org"), ("keys", "revoke"));
        Assert.Equal("/settings", removed.Headers.Location!.OriginalString);
        Assert.Null(await fixture.Get<PeopleStore>().FindAsync(org, member));
        Assert.Null(await fixture.Get<KeyStore>().FindAsync(org, new KeyId(made!.Value.Row.Id)));
    }

    [Fact]
    public async Task Keys_of_somebody_removed_may_go_on()
    {
        await OpenAsync(Role.Owner);
        var org = fixture.Own.Org;
        var id = ObjectIds.User(await fixture.AddMemberAsync(org, "caio@example.org"));
        var made = await fixture.Get<KeyStore>().CreateAsync(
            await fixture.Get<ProjectStore>().DefaultAsync(org),
            new("his", KeyScopesText.Default, null, null, default, null), new(Actor.Session, id));

        using var removed = await _client.PostAsync(
            $"/settings/members/{id}/remove", ("confirm", "caio@example.org"), ("keys", "transfer"));

        Assert.Equal(HttpStatusCode.SeeOther, removed.StatusCode);
        Assert.NotNull(await fixture.Get<KeyStore>().FindAsync(org, new KeyId(made!.Value.Row.Id)));
    }

    [Fact]
    public async Task What_somebody_may_in_a_project_is_read_anew_at_once()
    {
        await OpenAsync(Role.Owner);
        var directory = fixture.Get<KeyDirectory>();
        foreach (var (form, field) in new[] { ("member", ("role", "owner")), ("drop", ("role", "")) })
        {
            var before = directory.ChangesOf(fixture.Own.Org);
            using var answer = await _client.PostAsync(
                $"/settings/projects/{fixture.Own.Project}/{form}", ("member", fixture.Own.Member), field);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.True(directory.ChangesOf(fixture.Own.Org) > before, form);
        }
    }

    [Fact]
    public async Task An_admin_makes_no_owner()
    {
        await OpenAsync(Role.Admin);
        using var invited = await _client.PostAsync(
            "/settings/invites", ("email", "boss@example.org"), ("role", "owner"));
        Assert.Equal(HttpStatusCode.BadRequest, invited.StatusCode);
        using var raised = await _client.PostAsync(
            $"/settings/members/{fixture.Own.Member}/role", ("role", "owner"));
        Assert.Equal(HttpStatusCode.BadRequest, raised.StatusCode);
    }

    [Fact]
    public async Task An_admin_key_is_shown_once_and_revoked_by_its_name()
    {
        await OpenAsync(Role.Owner);
        using var made = await _client.PostAsync(
            "/settings/admin-keys", ("name", "robot"), ("scope", "billing.read"), ("days", "30"));
        Assert.Matches("gw-admin-[0-9A-Za-z]+", _client.Page);
        using var again = await _client.GetAsync("/settings/admin-keys");
        Assert.DoesNotMatch("gw-admin-[0-9A-Za-z]{8}", _client.Page);

        var key = (await fixture.Get<AdminKeyStore>().ListAsync(fixture.Own.Org, null, 100))
            .Single(row => row.Label == "robot");
        using var gone = await _client.PostAsync(
            $"/settings/admin-keys/{new KeyId(key.Id)}/revoke", ("confirm", "robot"));
        Assert.Equal(HttpStatusCode.SeeOther, gone.StatusCode);
        Assert.Null(await fixture.Get<AdminKeyStore>().FindAsync(fixture.Own.Org, new(key.Id)));
    }

    [Fact]
    public async Task A_webhook_is_made_tested_changed_and_deleted_and_a_private_address_is_told_at_its_field()
    {
        await OpenAsync(Role.Owner);
        using var inside = await _client.PostAsync("/settings/webhooks", ("url", "https://10.0.0.1/x"));
        Assert.Equal(HttpStatusCode.BadRequest, inside.StatusCode);
        Assert.Contains("id=\"url-problem\"", _client.Page, StringComparison.Ordinal);
        Assert.Contains("value=\"https://10.0.0.1/x\"", _client.Page, StringComparison.Ordinal);

        using var made = await _client.PostAsync(
            "/settings/webhooks", ("url", "https://new.example.org/in"), ("event", "deposit.credited"));
        var hook = (await fixture.Get<WebhookStore>().ListAsync(fixture.Own.Org, null, 20))
            .Single(row => row.Url.Contains("new.", StringComparison.Ordinal));
        var secret = fixture.Get<WebhookSecrets>().Of(hook.Id);
        Assert.Contains(secret, WebUtility.HtmlDecode(_client.Page), StringComparison.Ordinal);

        var path = $"/settings/webhooks/{ObjectIds.Webhook(hook.Id)}";
        using var tested = await _client.PostAsync(path + "/test");
        using var page = await _client.GetAsync(path);
        Assert.Contains("webhook.test", _client.Page, StringComparison.Ordinal);
        Assert.DoesNotContain(secret, WebUtility.HtmlDecode(_client.Page), StringComparison.Ordinal);
        var due = Assert.Single(await fixture.Get<WebhookQueue>().ListAsync(hook, null, 10));
        using var again = await _client.PostAsync(
            $"{path}/deliveries/{ObjectIds.Delivery(due.Delivery.Id)}/resend");
        Assert.Equal(2, (await fixture.Get<WebhookQueue>().ListAsync(hook, null, 10)).Count);

        using var off = await _client.PostAsync(path, ("url", "https://new.example.org/in"), ("name", "quiet"));
        Assert.False((await fixture.Get<WebhookStore>().FindAsync(fixture.Own.Org, hook.Id))!.IsEnabled);
        using var gone = await _client.PostAsync(path + "/delete", ("confirm", "new.example.org"));
        Assert.Null(await fixture.Get<WebhookStore>().FindAsync(fixture.Own.Org, hook.Id));
    }

    private async Task OpenAsync(Role role)
    {
        fixture.Visit(role);
        _client.Http.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        using var page = await _client.GetAsync("/settings");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    private static OwnersGateway.Things Unknown() => new(
        OrgId.Create(TimeProvider.System), ProjectId.Create(TimeProvider.System).ToString(),
        KeyId.Create(TimeProvider.System).ToString(), ObjectIds.User(Guid.CreateVersion7()),
        ObjectIds.Webhook(Guid.CreateVersion7()), ObjectIds.Invite(Guid.CreateVersion7()));

    private static string[] Pages(OwnersGateway.Things things) =>
    [
        $"/limits/{things.Org}", $"/limits/{things.Project}", $"/limits/{things.Key}",
        $"/settings/members/{things.Member}", $"/settings/projects/{things.Project}",
        $"/settings/webhooks/{things.Webhook}",
    ];

    // Each with a field that is wrong, so that nothing is done, and whether it needs a proof.
    private static (string Path, Act Act, (string, string) Field, bool IsProven)[] Forms(OwnersGateway.Things things)
    {
        var (member, project) = ($"/settings/members/{things.Member}", $"/settings/projects/{things.Project}");
        var webhook = $"/settings/webhooks/{things.Webhook}";
        return
        [
            ("/keys", Act.ManageKeys, ("name", ""), false),
            ("/billing/top-up", Act.ManageMoney, ("amount", "much"), false),
            ("/billing/refunds", Act.RequestRefund, ("destination", ""), true),
            ($"/limits/{things.Org}/spend", Act.SetBudgets, ("cap", "much"), false),
            ($"/limits/{things.Project}/spend", Act.SetBudgets, ("usercap", "much"), false),
            ($"/limits/{things.Project}/rates", Act.SetRateLimits, ("rpm", "0"), false),
            ($"/limits/{things.Key}/key", Act.ManageKeys, ("cap", "much"), false),
            ("/settings/invites", Act.ManageMembers, ("email", "nobody"), true),
            (member + "/role", Act.ManageMembers, ("role", "king"), true),
            (member + "/remove", Act.ManageMembers, ("confirm", "x"), true),
            ("/settings/projects", Act.ManageKeys, ("name", ""), false),
            (project + "/rename", Act.ManageKeys, ("name", ""), false),
            (project + "/archive", Act.ManageKeys, ("confirm", "x"), false),
            (project + "/member", Act.ManageKeys, ("role", "king"), false),
            (project + "/drop", Act.ManageKeys, ("member", "x"), false),
            (project + "/retention", Act.OwnOrganization, ("retention", "all"), true),
            ("/settings/admin-keys", Act.OwnOrganization, ("name", ""), true),
            ("/settings/webhooks", Act.ManageKeys, ("url", "ftp://x"), false),
            (webhook, Act.ManageKeys, ("url", "ftp://x"), false),
            (webhook + "/delete", Act.ManageKeys, ("confirm", "x"), false),
        ];
    }
}
