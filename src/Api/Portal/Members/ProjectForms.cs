using Gateway.Api.Access;
using Gateway.Api.Organization;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Core;

namespace Gateway.Api.Portal.Members;

/// <summary>What the page of a project does: rename, archive, its people, and what may be kept of its
/// requests.</summary>
internal sealed class ProjectForms(
    ProjectStore projects, PeopleStore people, RetentionEndpoints retention, KeyDirectory directory)
{
    private const int MaxName = 100;

    public Task RenameAsync(HttpContext context) => ActAsync(context, async (me, project) =>
    {
        var name = await PortalForm.FieldAsync(context, "name");
        if (name.Length is 0 or > MaxName || name.Any(char.IsControl))
        {
            return new("name", "settings.problem");
        }

        await projects.RenameAsync(me.OrganizationId, new(project.Id), name, me.ActorOf(context));
        return null;
    });

    /// <summary>Its keys stop working, for good.</summary>
    public Task ArchiveAsync(HttpContext context) => ActAsync(context, async (me, project) =>
    {
        if (project.IsDefault)
        {
            return new("confirm", "project.problem.default");
        }

        if (await PortalForm.FieldAsync(context, "confirm") != project.Name)
        {
            return new("confirm", "project.problem.confirm");
        }

        await projects.ArchiveAsync(me.OrganizationId, new(project.Id), me.ActorOf(context));
        directory.Refresh(me.OrganizationId);
        return null;
    }, "/settings");

    /// <summary>Gives a member a part in it, or another one.</summary>
    public Task MemberAsync(HttpContext context) => ActAsync(context, async (me, project) =>
    {
        var role = await PortalForm.FieldAsync(context, "role");
        if (!RoleNames.OfProject.Contains(role))
        {
            return new("role", "members.problem.role");
        }

        var actor = me.ActorOf(context);
        var isSet = await MemberOfAsync(context) is { } id
            && (await people.SetAsync(project, id, role, isNew: true, actor)
                ?? await people.SetAsync(project, id, role, isNew: false, actor)) is not null;
        return Told(me, isSet);
    });

    public Task DropAsync(HttpContext context) => ActAsync(context, async (me, project) => Told(
        me, await MemberOfAsync(context) is { } id && await people.RemoveAsync(project, id, me.ActorOf(context))));

    /// <summary>For owners: what is stored of its requests.</summary>
    public Task RetainAsync(HttpContext context) => ActAsync(context, async (me, project) =>
    {
        var type = await PortalForm.FieldAsync(context, "retention");
        if (!RetentionEndpoints.Types.Contains(type))
        {
            return new("retention", "project.problem.retention");
        }

        await retention.SetAsync(project, type, me.ActorOf(context));
        return null;
    });

    /// <summary>The project that the address names and that is not archived; null: none of this
    /// organisation.</summary>
    public async Task<ProjectRow?> FindAsync(HttpContext context) =>
        ProjectId.TryParse(IdOf(context), out var id)
            && await projects.FindAsync(PortalVisitor.Of(context)!.OrganizationId, id) is { ArchivedAt: null } project
                ? project
                : null;

    // What he may by his tokens is read anew at once.
    private FormFault? Told(PortalVisitor me, bool isDone)
    {
        directory.Refresh(me.OrganizationId);
        return isDone ? null : new FormFault("member", "project.problem.member");
    }

    private async Task ActAsync(
        HttpContext context, Func<PortalVisitor, ProjectRow, Task<FormFault?>> act, string? next = null)
    {
        if (await FindAsync(context) is not { } project)
        {
            await PortalPages.ShowMissingAsync(context);
        }
        else if (await act(PortalVisitor.Of(context)!, project) is { } fault)
        {
            await PortalPages.ShowFaultAsync<ProjectPage>(context, "project", fault, new { Id = IdOf(context) });
        }
        else
        {
            PortalForm.GoTo(context, next ?? $"/settings/projects/{IdOf(context)}");
        }
    }

    private static async Task<Guid?> MemberOfAsync(HttpContext context) =>
        ObjectIds.Parse(await PortalForm.FieldAsync(context, "member"), ObjectIds.User);

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";
}
