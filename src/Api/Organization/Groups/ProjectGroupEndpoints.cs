using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization.Groups;

/// <summary>/v1/organization/projects/{project}/groups, and below /v1/projects, where OpenAI has them, a group's roles
/// in a project.</summary>
internal sealed class ProjectGroupEndpoints(
    ProjectGroupStore groups, ProjectEndpoints projects, KeyDirectory keys, BodyBudget budget)
{
    private const int MaxId = 64;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var (project, limit) = (await projects.FindAsync(context), Paging.Limit(context.Request));
        var rows = await groups.ListAsync(project, Paging.After(context.Request, ObjectIds.Group), limit);
        await GroupJson.WriteListAsync(
            context, rows, limit, row => ObjectIds.Group(row.Group.Id),
            (writer, row) => GroupJson.WriteOfProject(writer, project, row.Group, row.AddedAt));
    }

    public async Task AddAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, "group_id", "role");
        var text = FieldReader.Text(
            body.Find("group_id") ?? throw FieldReader.Missing("group_id"), "group_id", MaxId);
        var group = ObjectIds.Parse(text, ObjectIds.Group) ?? throw GroupEndpoints.NoGroup();
        var role = RoleJson.Read(body, "role", isProjects: true);
        await GiveAsync(context, project, group, role, isNew: true);
        await WriteAsync(context, project, group);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "group_type");
        await WriteAsync(context, await projects.FindAsync(context), GroupEndpoints.IdOf(context));
    }

    public async Task RemoveAsync(HttpContext context)
    {
        var id = GroupEndpoints.IdOf(context);
        await TakeAsync(context, id, null);
        await DeletedJson.WriteAsync(context, "project.group", ObjectIds.Group(id));
    }

    public async Task ListRolesAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        var (group, roles) = await FindAsync(context);
        await GroupJson.WriteListAsync(context, roles, roles.Count, row => row.Role, (writer, row) =>
            RoleJson.WriteAssigned(writer, group, row.Role, row.AddedAt, isProjects: true));
    }

    public async Task GetRoleAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var (role, (group, roles)) = (RoleOf(context), await FindAsync(context));
        var row = roles.Find(one => one.Role == role) ?? throw GroupEndpoints.NoRole();
        await JsonAnswer.WriteAsync(context, writer =>
            RoleJson.WriteAssigned(writer, group, row.Role, row.AddedAt, isProjects: true));
    }

    public async Task AddRoleAsync(HttpContext context)
    {
        var (project, id) = (await projects.FindAsync(context), GroupEndpoints.IdOf(context));
        var body = await AdminBody.ReadAsync(context.Request, budget, "role_id");
        var role = RoleJson.Read(body, "role_id", isProjects: true);
        await GiveAsync(context, project, id, role, isNew: false);
        var (group, _) = await FindAsync(context);
        await GroupJson.WriteAssignmentAsync(context, group, role, isProjects: true);
    }

    public async Task RemoveRoleAsync(HttpContext context)
    {
        var role = RoleOf(context);
        await TakeAsync(context, GroupEndpoints.IdOf(context), role);
        await DeletedJson.WriteAsync(context, "group.role", RoleJson.IdOf(role, isProjects: true));
    }

    /// <summary>The roles that there are in a project.</summary>
    public async Task ListKnownAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        await projects.FindAsync(context);
        await GroupJson.WriteListAsync(
            context, RoleNames.OfProject, RoleNames.OfProject.Length, name => name,
            (writer, name) => RoleJson.Write(writer, name, isProjects: true));
    }

    private async Task GiveAsync(HttpContext context, ProjectRow project, Guid group, string role, bool isNew)
    {
        GroupEndpoints.Check(await groups.AddAsync(project, group, role, isNew, context.Actor()), "group");
        keys.Refresh(context.Caller().Org);
    }

    private async Task TakeAsync(HttpContext context, Guid group, string? role)
    {
        if (!await groups.RemoveAsync(await projects.FindAsync(context), group, role, context.Actor()))
        {
            throw role is null ? GroupEndpoints.NoGroup() : GroupEndpoints.NoRole();
        }

        keys.Refresh(context.Caller().Org);
    }

    private async Task WriteAsync(HttpContext context, ProjectRow project, Guid id)
    {
        var (group, roles) = await groups.FindAsync(project, id) ?? throw GroupEndpoints.NoGroup();
        await JsonAnswer.WriteAsync(context, writer =>
            GroupJson.WriteOfProject(writer, project, group, roles.Min(row => row.AddedAt)));
    }

    private async Task<(GroupRow Group, List<ProjectGroupRoleRow> Roles)> FindAsync(HttpContext context) =>
        await groups.FindAsync(await projects.FindAsync(context), GroupEndpoints.IdOf(context))
            ?? throw GroupEndpoints.NoGroup();

    private static string RoleOf(HttpContext context) =>
        RoleJson.Parse((string?)context.Request.RouteValues["role"], isProjects: true) ?? throw GroupEndpoints.NoRole();
}
