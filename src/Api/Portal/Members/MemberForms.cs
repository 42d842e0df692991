using System.Net.Mail;
using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Members;

/// <summary>What the pages of settings do with people: invite, change a role, remove.</summary>
internal sealed class MemberForms(PeopleStore people, InviteStore invites, KeyDirectory directory)
{
    private const int MaxEmail = 254;

    /// <summary>POST /settings/invites: the link is in this answer, and nowhere else.</summary>
    public async Task InviteAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var (email, role) =
            (await PortalForm.FieldAsync(context, "email"), await PortalForm.FieldAsync(context, "role"));
        var fault = !IsEmail(email) ? new FormFault("email", "members.problem.email")
            : !RoleNames.OfOrganization.Contains(role) ? new("role", "members.problem.role")
            : role == RoleNames.Of(Role.Owner) && me.Authority.Of(Act.OwnOrganization) != Reach.All
                ? new("role", "members.problem.owner")
                : null;
        if (fault is not null)
        {
            await PortalPages.ShowFaultAsync<SettingsPage>(context, "settings", fault);
            return;
        }

        if (await invites.CreateAsync(me.OrganizationId, email, role, [], me.ActorOf(context)) is not var (_, token))
        {
            await PortalPages.ShowFaultAsync<SettingsPage>(
                context, "settings", new("email", "members.problem.known"));
            return;
        }

        var link = $"{context.Request.Scheme}://{context.Request.Host}/invite/{token}";
        await PortalPages.ShowAsync<SettingsPage>(context, "settings", new { Invited = link });
    }

    /// <summary>POST /settings/invites/{id}/withdraw.</summary>
    public async Task WithdrawAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        await GoOnAsync(context, ObjectIds.Parse(IdOf(context), ObjectIds.Invite) is { } id
            && await invites.DeleteAsync(me.OrganizationId, id, me.ActorOf(context)));
    }

    /// <summary>POST /settings/members/{id}/role.</summary>
    public async Task RoleAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var role = await PortalForm.FieldAsync(context, "role");
        if (await FindAsync(context) is not { } member)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (!RoleNames.OfOrganization.Contains(role))
        {
            await ShowAsync(context, new("role", "members.problem.role"));
            return;
        }

        var (change, _) = await people.ChangeRoleAsync(
            me.OrganizationId, member.Id, role, me.Authority, me.ActorOf(context));
        await AnswerAsync(context, change, "role");
    }

    /// <summary>POST /settings/members/{id}/remove: with the keys that he made, or not.</summary>
    public async Task RemoveAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        if (await FindAsync(context) is not { } member)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await PortalForm.FieldAsync(context, "confirm") != member.Email)
        {
            await ShowAsync(context, new("confirm", "members.problem.confirm"));
            return;
        }

        var fate = await PortalForm.FieldAsync(context, "keys") switch
        {
            "transfer" => KeyFate.Transferred,
            "revoke" => KeyFate.Revoked,
            _ => (KeyFate?)null,
        };
        if (fate is not { } chosen)
        {
            await ShowAsync(context, new("keys", "members.problem.keys"));
            return;
        }

        var (change, _) = await people.RemoveAsync(
            me.OrganizationId, member.Id, me.Authority, me.ActorOf(context), chosen);
        directory.Refresh(me.OrganizationId);
        await AnswerAsync(context, change, "confirm");
    }

    /// <summary>The member that the address names; null: none of this organisation.</summary>
    public Task<MemberRow?> FindAsync(HttpContext context) =>
        ObjectIds.Parse(IdOf(context), ObjectIds.User) is { } id
            ? people.FindAsync(PortalVisitor.Of(context)!.OrganizationId, id)
            : Task.FromResult<MemberRow?>(null);

    private static async Task AnswerAsync(HttpContext context, PersonChange change, string field)
    {
        var problem = change switch
        {
            PersonChange.LastOwner => "members.problem.last",
            PersonChange.OwnersOnly => "members.problem.owner",
            PersonChange.Self => "members.problem.self",
            PersonChange.Above => "members.problem.above",
            _ => null,
        };
        await (problem is not null
            ? ShowAsync(context, new(field, problem))
            : GoOnAsync(context, change == PersonChange.Done));
    }

    private static Task GoOnAsync(HttpContext context, bool isDone)
    {
        if (!isDone)
        {
            return PortalPages.ShowMissingAsync(context);
        }

        PortalForm.GoTo(context, "/settings");
        return Task.CompletedTask;
    }

    private static Task ShowAsync(HttpContext context, FormFault fault) =>
        PortalPages.ShowFaultAsync<MemberPage>(context, "member", fault, new { Id = IdOf(context) });

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";

    private static bool IsEmail(string text) =>
        text.Length is > 0 and <= MaxEmail && MailAddress.TryCreate(text, out var address) && address.Address == text;
}
