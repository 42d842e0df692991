using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenApi;

namespace Gateway.Api.Organization.Groups;

/// <summary>The routes of groups and of roles, where OpenAI's administration API has them.</summary>
internal static class GroupRoutes
{
    private const string Groups = "/v1/organization/groups";
    private const string Group = Groups + "/{group}";
    private const string OfProject = "/v1/organization/projects/{project}/groups";
    private const string RolesInProject = "/v1/projects/{project}/groups/{group}/roles";

    public static IServiceCollection AddGroups(this IServiceCollection services) => services
        .AddSingleton<GroupStore>()
        .AddSingleton<ProjectGroupStore>()
        .AddSingleton<GroupEndpoints>()
        .AddSingleton<ProjectGroupEndpoints>();

    public static void Map(IEndpointRouteBuilder routes)
    {
        var groups = routes.ServiceProvider.GetRequiredService<GroupEndpoints>();
        MapGroups(routes, groups);
        MapMembers(routes, groups);
        MapRoles(routes, groups);
        MapProjects(routes, routes.ServiceProvider.GetRequiredService<ProjectGroupEndpoints>());
    }

    private static void MapGroups(IEndpointRouteBuilder routes, GroupEndpoints groups)
    {
        Get(routes, Groups, groups.ListAsync, Act.ManageMembers)
            .Describes("Lists groups, newest first", "GroupList", query: "after limit order");
        Post(routes, Groups, groups.CreateAsync, Act.ManageMembers)
            .Describes("Makes a group", "Group", "ProjectBody");
        Get(routes, Group, groups.GetAsync, Act.ManageMembers)
            .Describes("Reads a group", "Group");
        Post(routes, Group, groups.ChangeAsync, Act.ManageMembers)
            .Describes("Renames a group", "Group", "ProjectBody");
        Delete(routes, Group, groups.DeleteAsync, Act.ManageMembers)
            .Describes("Deletes a group and what its people were by it", "Deleted");
    }

    private static void MapMembers(IEndpointRouteBuilder routes, GroupEndpoints groups)
    {
        const string Users = Group + "/users";
        Get(routes, Users, groups.ListUsersAsync, Act.ManageMembers)
            .Describes("Lists a group's people", "GroupUserList", query: "after limit");
        Post(routes, Users, groups.AddUserAsync, Act.ManageMembers)
            .Describes("Takes a person into a group", "GroupUserAdded", "GroupUserBody");
        Get(routes, Users + "/{user}", groups.GetUserAsync, Act.ManageMembers)
            .Describes("Reads a person of a group", "GroupUser");
        Delete(routes, Users + "/{user}", groups.RemoveUserAsync, Act.ManageMembers)
            .Describes("Takes a person out of a group", "Deleted");
    }

    private static void MapRoles(IEndpointRouteBuilder routes, GroupEndpoints groups)
    {
        const string Roles = Group + "/roles";
        Get(routes, Roles, groups.ListRolesAsync, Act.ManageMembers)
            .Describes("Lists a group's roles in the organisation", "AssignedRoleList", query: "after limit order");
        Post(routes, Roles, groups.AddRoleAsync, Act.ManageMembers)
            .Describes("Gives a group a role in the organisation", "GroupRole", "RoleIdBody");
        Get(routes, Roles + "/{role}", groups.GetRoleAsync, Act.ManageMembers)
            .Describes("Reads a group's role", "AssignedRole");
        Delete(routes, Roles + "/{role}", groups.RemoveRoleAsync, Act.ManageMembers)
            .Describes("Takes a role from a group", "Deleted");
        Get(routes, "/v1/organization/roles", GroupEndpoints.ListKnownAsync, Act.ManageMembers)
            .Describes("Lists the organisation's roles", "RoleList", query: "after limit order");
    }

    private static void MapProjects(IEndpointRouteBuilder routes, ProjectGroupEndpoints groups)
    {
        Get(routes, OfProject, groups.ListAsync, Act.ManageKeys)
            .Describes("Lists a project's groups", "ProjectGroupList", query: "after limit");
        Post(routes, OfProject, groups.AddAsync, Act.ManageKeys)
            .Describes("Takes a group into a project", "ProjectGroup", "ProjectGroupBody");
        Get(routes, OfProject + "/{group}", groups.GetAsync, Act.ManageKeys)
            .Describes("Reads a group's part in a project", "ProjectGroup");
        Delete(routes, OfProject + "/{group}", groups.RemoveAsync, Act.ManageKeys)
            .Describes("Takes a group out of a project", "Deleted");

        Get(routes, RolesInProject, groups.ListRolesAsync, Act.ManageKeys)
            .Describes("Lists a group's roles in a project", "AssignedRoleList", query: "after limit order");
        Post(routes, RolesInProject, groups.AddRoleAsync, Act.ManageKeys)
            .Describes("Gives a project's group one more role there", "GroupRole", "RoleIdBody");
        Get(routes, RolesInProject + "/{role}", groups.GetRoleAsync, Act.ManageKeys)
            .Describes("Reads a group's role in a project", "AssignedRole");
        Delete(routes, RolesInProject + "/{role}", groups.RemoveRoleAsync, Act.ManageKeys)
            .Describes("Takes a role in a project from a group", "Deleted");
        Get(routes, "/v1/projects/{project}/roles", groups.ListKnownAsync, Act.ManageKeys)
            .Describes("Lists the roles that there are in a project", "RoleList", query: "after limit order");
    }

    private static IEndpointConventionBuilder Get(
        IEndpointRouteBuilder routes, string path, RequestDelegate handle, Act act) =>
        routes.MapGet(path, handle).Requires(act);

    private static IEndpointConventionBuilder Post(
        IEndpointRouteBuilder routes, string path, RequestDelegate handle, Act act) =>
        routes.MapKeptPost(path, handle, AdminBody.MaxBytes, KeepWhen.Succeeded).Requires(act);

    private static IEndpointConventionBuilder Delete(
        IEndpointRouteBuilder routes, string path, RequestDelegate handle, Act act) =>
        routes.MapDelete(path, handle).Requires(act);
}
