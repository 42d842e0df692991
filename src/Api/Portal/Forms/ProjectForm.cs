using Gateway.Api.Access;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.Forms;

/// <summary>POST /settings/projects: a new project.</summary>
internal sealed class ProjectForm(ProjectStore projects)
{
    private const int MaxName = 100;

    public async Task PostAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var name = await PortalForm.FieldAsync(context, "name");
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl)
            || await projects.CreateAsync(me.OrganizationId, name, me.ActorOf(context)) is null)
        {
            await PortalPages.ShowFaultAsync<SettingsPage>(context, "settings", new("name", "settings.problem"));
            return;
        }

        PortalForm.GoTo(context, "/settings");
    }
}
