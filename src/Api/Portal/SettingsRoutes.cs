using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Hooks;
using Gateway.Api.Portal.Members;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal;

/// <summary>The pages and forms below /settings. What makes people, keys that manage, or a lasting decision of the
/// owner's needs a proof of the last five minutes.</summary>
internal static class SettingsRoutes
{
    private const string Member = "/settings/members/{id}";
    private const string Project = "/settings/projects/{id}";
    private const string Webhook = "/settings/webhooks/{id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        MapMembers(routes, Of<MemberForms>(routes));
        MapProjects(routes, Of<ProjectForms>(routes));
        MapWebhooks(routes, Of<WebhookForms>(routes));
        var keys = Of<AdminKeyForms>(routes);
        routes.MapPage<AdminKeysPage>("/settings/admin-keys", "adminkeys", Act.OwnOrganization);
        routes.MapForm("/settings/admin-keys", Act.OwnOrganization, keys.CreateAsync).Proven();
        routes.MapForm("/settings/admin-keys/{id}/revoke", Act.OwnOrganization, keys.RevokeAsync).Proven();
    }

    private static void MapMembers(IEndpointRouteBuilder routes, MemberForms forms)
    {
        routes.MapPageOfOne<MemberPage>(
            Member, "member", Act.ManageMembers, async (context, _) => await forms.FindAsync(context) is not null);
        routes.MapForm(Member + "/role", Act.ManageMembers, forms.RoleAsync).Proven();
        routes.MapForm(Member + "/remove", Act.ManageMembers, forms.RemoveAsync).Proven();
        routes.MapForm("/settings/invites", Act.ManageMembers, forms.InviteAsync).Proven();
        routes.MapForm("/settings/invites/{id}/withdraw", Act.ManageMembers, forms.WithdrawAsync);
    }

    private static void MapProjects(IEndpointRouteBuilder routes, ProjectForms forms)
    {
        routes.MapForm("/settings/projects", Act.ManageKeys, Of<ProjectForm>(routes).PostAsync);
        routes.MapPageOfOne<ProjectPage>(
            Project, "project", Act.ManageKeys, async (context, _) => await forms.FindAsync(context) is not null);
        routes.MapForm(Project + "/rename", Act.ManageKeys, forms.RenameAsync);
        routes.MapForm(Project + "/archive", Act.ManageKeys, forms.ArchiveAsync);
        routes.MapForm(Project + "/member", Act.ManageKeys, forms.MemberAsync);
        routes.MapForm(Project + "/drop", Act.ManageKeys, forms.DropAsync);
        routes.MapForm(Project + "/retention", Act.OwnOrganization, forms.RetainAsync).Proven();
    }

    private static void MapWebhooks(IEndpointRouteBuilder routes, WebhookForms forms)
    {
        routes.MapPage<WebhooksPage>("/settings/webhooks", "webhooks", Act.ManageKeys);
        routes.MapForm("/settings/webhooks", Act.ManageKeys, forms.CreateAsync);
        routes.MapPageOfOne<WebhookPage>(
            Webhook, "webhook", Act.ManageKeys, async (context, _) => await forms.FindAsync(context) is not null);
        routes.MapForm(Webhook, Act.ManageKeys, forms.ChangeAsync);
        routes.MapForm(Webhook + "/delete", Act.ManageKeys, forms.DeleteAsync);
        routes.MapForm(Webhook + "/test", Act.ManageKeys, forms.TestAsync);
        routes.MapForm(Webhook + "/deliveries/{delivery}/resend", Act.ManageKeys, forms.ResendAsync);
    }

    private static void Proven(this IEndpointConventionBuilder form) => form.WithMetadata(StepUpMark.Instance);

    private static T Of<T>(IEndpointRouteBuilder routes)
        where T : notnull => routes.ServiceProvider.GetRequiredService<T>();
}
