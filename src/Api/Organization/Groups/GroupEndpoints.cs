using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization.Groups;

/// <summary>/v1/organization/groups: groups, who is in them, and their roles in the organisation.</summary>
internal sealed class GroupEndpoints(GroupStore groups, KeyDirectory keys, BodyBudget budget)
{
    private const int MaxName = 100;
    private const int MaxId = 64;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        var limit = Paging.Limit(context.Request);
        var rows = await groups.ListAsync(
            context.Caller().Org, Paging.After(context.Request, ObjectIds.Group), limit,
            Paging.OldestFirst(context.Request));
        await GroupJson.WriteListAsync(context, rows, limit, row => ObjectIds.Group(row.Id), GroupJson.Write);
    }

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var row = await groups.CreateAsync(
            context.Caller().Org, body.RequireName("name", MaxName), context.Actor())
            ?? throw AdminErrors.Conflict($"An organisation has at most {GroupStore.MaxGroups} groups.");
        await JsonAnswer.WriteAsync(context, writer => GroupJson.Write(writer, row));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await FindAsync(context);
        await JsonAnswer.WriteAsync(context, writer => GroupJson.Write(writer, row));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var row = await groups.RenameAsync(
            context.Caller().Org, IdOf(context), body.RequireName("name", MaxName), context.Actor()) ?? throw NoGroup();
        await JsonAnswer.WriteAsync(context, writer => GroupJson.Write(writer, row));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var caller = context.Caller();
        var id = IdOf(context);
        Check(await groups.RemoveAsync(caller.Org, id, caller.Authority, context.Actor()), "group");
        keys.Refresh(caller.Org);
        await DeletedJson.WriteAsync(context, "group", ObjectIds.Group(id));
    }

    public async Task ListUsersAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await groups.ListMembersAsync(
            await FindAsync(context), Paging.After(context.Request, ObjectIds.User), limit);
        await GroupJson.WriteListAsync(context, rows, limit, row => ObjectIds.User(row.Id), GroupJson.WriteMember);
    }

    public async Task GetUserAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await groups.FindMemberAsync(await FindAsync(context), UserOf(context)) ?? throw NoUser();
        await JsonAnswer.WriteAsync(context, writer => GroupJson.WriteMember(writer, row));
    }

    public async Task AddUserAsync(HttpContext context)
    {
        var (caller, group) = (context.Caller(), await FindAsync(context));
        var body = await AdminBody.ReadAsync(context.Request, budget, "user_id");
        var text = FieldReader.Text(body.Find("user_id") ?? throw FieldReader.Missing("user_id"), "user_id", MaxId);
        var user = ObjectIds.Parse(text, ObjectIds.User) ?? throw NoUser();
        Check(await groups.AddMemberAsync(caller.Org, group.Id, user, caller.Authority, context.Actor()), "user");
        keys.Refresh(caller.Org);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "group.user"u8);
            writer.WriteString("group_id"u8, ObjectIds.Group(group.Id));
            writer.WriteString("user_id"u8, text);
            writer.WriteEndObject();
        });
    }

    public async Task RemoveUserAsync(HttpContext context)
    {
        var (caller, user) = (context.Caller(), UserOf(context));
        Check(
            await groups.RemoveMemberAsync(caller.Org, IdOf(context), user, caller.Authority, context.Actor()), "user");
        keys.Refresh(caller.Org);
        await DeletedJson.WriteAsync(context, "group.user", ObjectIds.User(user));
    }

    public async Task ListRolesAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        var group = await FindAsync(context);
        var rows = await groups.ListRolesAsync(group);
        await GroupJson.WriteListAsync(context, rows, rows.Count, row => row.Role, (writer, row) =>
            RoleJson.WriteAssigned(writer, group, row.Role, row.AddedAt, isProjects: false));
    }

    public async Task GetRoleAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var (group, role) = (await FindAsync(context), RoleOf(context));
        var row = (await groups.ListRolesAsync(group)).Find(one => one.Role == role) ?? throw NoRole();
        await JsonAnswer.WriteAsync(context, writer =>
            RoleJson.WriteAssigned(writer, group, row.Role, row.AddedAt, isProjects: false));
    }

    public async Task AddRoleAsync(HttpContext context)
    {
        var (caller, group) = (context.Caller(), await FindAsync(context));
        var body = await AdminBody.ReadAsync(context.Request, budget, "role_id");
        var role = RoleJson.Read(body, "role_id", isProjects: false);
        Check(await groups.AddRoleAsync(caller.Org, group.Id, role, caller.Authority, context.Actor()), "group");
        keys.Refresh(caller.Org);
        await GroupJson.WriteAssignmentAsync(context, group, role, isProjects: false);
    }

    public async Task RemoveRoleAsync(HttpContext context)
    {
        var (caller, role) = (context.Caller(), RoleOf(context));
        Check(
            await groups.RemoveRoleAsync(caller.Org, IdOf(context), role, caller.Authority, context.Actor()), "role");
        keys.Refresh(caller.Org);
        await DeletedJson.WriteAsync(context, "group.role", RoleJson.IdOf(role, isProjects: false));
    }

    /// <summary>The roles that there are in the organisation.</summary>
    public static async Task ListKnownAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        await GroupJson.WriteListAsync(
            context, RoleNames.OfOrganization, RoleNames.OfOrganization.Length, name => name,
            (writer, name) => RoleJson.Write(writer, name, isProjects: false));
    }

    /// <exception cref="RefusedException">404, 409 or 403.</exception>
    public static void Check(GroupChange change, string what)
    {
        if (change != GroupChange.Done)
        {
            throw change switch
            {
                GroupChange.Unknown => AdminErrors.NotFound(what),
                GroupChange.Conflict => AdminErrors.Conflict("The group has this already."),
                _ => new RefusedException(OpenAiError.Forbidden(
                    "This gives or takes a role that reaches further than your own.")),
            };
        }
    }

    /// <summary>The group's id in the address.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["group"], ObjectIds.Group) ?? throw NoGroup();

    public static RefusedException NoGroup() => AdminErrors.NotFound("group");

    public static RefusedException NoRole() => AdminErrors.NotFound("role");

    private async Task<GroupRow> FindAsync(HttpContext context) =>
        await groups.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoGroup();

    private static Guid UserOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["user"], ObjectIds.User) ?? throw NoUser();

    private static string RoleOf(HttpContext context) =>
        RoleJson.Parse((string?)context.Request.RouteValues["role"], isProjects: false) ?? throw NoRole();

    private static RefusedException NoUser() => AdminErrors.NotFound("user");
}
