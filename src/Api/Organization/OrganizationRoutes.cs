using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenApi;

namespace Gateway.Api.Organization;

/// <summary>Every route below /v1/organization that manages projects, keys, people and limits, each with the act that
/// it is.</summary>
internal static class OrganizationRoutes
{
    private const string Root = "/v1/organization";
    private const string Projects = Root + "/projects";
    private const string Project = Projects + "/{project}";
    private const string Keys = Project + "/api_keys";
    private const string Key = Keys + "/{key}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        MapProjects(routes, services.GetRequiredService<ProjectEndpoints>());
        MapKeys(routes, services.GetRequiredService<KeyEndpoints>());
        MapServiceAccounts(routes, services.GetRequiredService<ServiceAccountEndpoints>());
        MapModelPermissions(routes, services.GetRequiredService<ModelPermissionEndpoints>());
        MapRetention(routes, services.GetRequiredService<RetentionEndpoints>());
        MapSpendLimits(routes, services.GetRequiredService<SpendLimitEndpoints>());
        MapSpendAlerts(routes, services.GetRequiredService<SpendAlertEndpoints>());
        MapRateLimits(routes, services.GetRequiredService<RateLimitEndpoints>());
        MapUsers(routes, services.GetRequiredService<UserEndpoints>());
        MapInvites(routes, services.GetRequiredService<InviteEndpoints>());
        MapAdminKeys(routes, services.GetRequiredService<AdminKeyEndpoints>());
        routes.MapGet(Root + "/audit_logs", (RequestDelegate)services.GetRequiredService<AuditEndpoints>().ListAsync)
            .Requires(Act.ReadAudit, Reach.MoneyRows)
            .Describes("Reads what was done, newest first", "AuditLog[]", query: AuditEndpoints.Query);
    }

    public static IServiceCollection AddOrganization(this IServiceCollection services) => services
        .AddSingleton<ProjectEndpoints>()
        .AddSingleton<KeyEndpoints>()
        .AddSingleton<ServiceAccountEndpoints>()
        .AddSingleton<ModelPermissionEndpoints>()
        .AddSingleton<RetentionEndpoints>()
        .AddSingleton<SpendLimitEndpoints>()
        .AddSingleton<RateLimitEndpoints>()
        .AddSingleton<UserEndpoints>()
        .AddSingleton<InviteEndpoints>()
        .AddSingleton<AdminKeyEndpoints>()
        .AddSingleton<SpendAlertEndpoints>()
        .AddHostedService<SpendAlertWatch>()
        .AddSingleton<AuditEndpoints>();

    private static void MapProjects(IEndpointRouteBuilder routes, ProjectEndpoints projects)
    {
        Get(routes, Projects, projects.ListAsync, Act.ManageKeys)
            .Describes("Lists projects", "Project[]", query: "after limit include_archived");
        Post(routes, Projects, projects.CreateAsync, Act.ManageKeys)
            .Describes("Makes a project", "Project", "ProjectBody");
        Get(routes, Project, projects.GetAsync, Act.ManageKeys)
            .Describes("Reads a project", "Project");
        Post(routes, Project, projects.ChangeAsync, Act.ManageKeys)
            .Describes("Renames a project", "Project", "ProjectBody");
        Post(routes, Project + "/archive", projects.ArchiveAsync, Act.ManageKeys)
            .Describes("Archives a project for good", "Project");
    }

    private static void MapKeys(IEndpointRouteBuilder routes, KeyEndpoints keys)
    {
        Get(routes, Keys, keys.ListAsync, Act.ManageKeys)
            .Describes("Lists a project's keys", "Key[]", query: "after limit");
        Post(routes, Keys, keys.CreateAsync, Act.ManageKeys)
            .Describes("Makes a key, shown this once", "Key", "KeyBody");
        Get(routes, Key, keys.GetAsync, Act.ManageKeys)
            .Describes("Reads a key", "Key");
        Post(routes, Key, keys.ChangeAsync, Act.ManageKeys)
            .Describes("Changes a key", "Key", "KeyChange");
        Post(routes, Key + "/rotate", keys.RotateAsync, Act.ManageKeys)
            .Describes("Replaces a key", "Key", "Rotation");
        Delete(routes, Key, keys.RevokeAsync, Act.ManageKeys)
            .Describes("Revokes a key", "Deleted");
    }

    private static void MapServiceAccounts(IEndpointRouteBuilder routes, ServiceAccountEndpoints accounts)
    {
        const string Accounts = Project + "/service_accounts";
        const string Account = Accounts + "/{account}";
        Get(routes, Accounts, accounts.ListAsync, Act.ManageKeys)
            .Describes("Lists service accounts", "ServiceAccount[]", query: "after limit");
        Post(routes, Accounts, accounts.CreateAsync, Act.ManageKeys)
            .Describes("Makes a service account with a key", "ServiceAccount", "ProjectBody");
        Get(routes, Account, accounts.GetAsync, Act.ManageKeys)
            .Describes("Reads a service account", "ServiceAccount");
        Delete(routes, Account, accounts.DeleteAsync, Act.ManageKeys)
            .Describes("Deletes a service account and its keys", "Deleted");
        Get(routes, Account + "/api_keys", accounts.ListKeysAsync, Act.ManageKeys)
            .Describes("Lists its keys", "Key[]", query: "after limit");
        Post(routes, Account + "/api_keys", accounts.CreateKeyAsync, Act.ManageKeys)
            .Describes("Makes one more key", "Key", "ProjectBody");
    }

    private static void MapRetention(IEndpointRouteBuilder routes, RetentionEndpoints retention)
    {
        Get(routes, Project + "/data_retention", retention.GetAsync, Act.ManageKeys)
            .Describes("Reads what may be kept of a project's requests", "DataRetention");
        Post(routes, Project + "/data_retention", retention.SetAsync, Act.OwnOrganization)
            .Describes("Says what may be kept of a project's requests", "DataRetention", "DataRetentionBody");
    }

    private static void MapModelPermissions(IEndpointRouteBuilder routes, ModelPermissionEndpoints permissions)
    {
        const string Permissions = Project + "/model_permissions";
        Get(routes, Permissions, permissions.GetAsync, Act.ManageKeys)
            .Describes("Reads what a project's keys may call", "ModelPermissions");
        Post(routes, Permissions, permissions.SetAsync, Act.ManageKeys)
            .Describes("Says what a project's keys may call", "ModelPermissions", "ModelPermissionsBody");
        Delete(routes, Permissions, permissions.ClearAsync, Act.ManageKeys)
            .Describes("Lets a project's keys call all", "Deleted");
    }

    private static void MapUsers(IEndpointRouteBuilder routes, UserEndpoints users)
    {
        const string User = Root + "/users/{user}";
        Get(routes, Root + "/users", users.ListAsync, Act.ManageMembers)
            .Describes("Lists people", "User[]", query: "after limit emails");
        Get(routes, User, users.GetAsync, Act.ManageMembers)
            .Describes("Reads a person", "User");
        Post(routes, User, users.ChangeAsync, Act.ManageMembers)
            .Describes("Changes a person's role", "User", "RoleBody");
        Delete(routes, User, users.RemoveAsync, Act.ManageMembers)
            .Describes("Takes a person out", "Deleted");

        const string Part = Project + "/users/{user}";
        Get(routes, Project + "/users", users.ListOfProjectAsync, Act.ManageKeys)
            .Describes("Lists a project's people", "ProjectUser[]", query: "after limit");
        Post(routes, Project + "/users", users.AddToProjectAsync, Act.ManageKeys)
            .Describes("Adds a person to a project", "ProjectUser", "ProjectUserBody");
        Get(routes, Part, users.GetOfProjectAsync, Act.ManageKeys)
            .Describes("Reads a person's part in a project", "ProjectUser");
        Post(routes, Part, users.ChangeInProjectAsync, Act.ManageKeys)
            .Describes("Changes it", "ProjectUser", "ProjectRoleBody");
        Delete(routes, Part, users.RemoveFromProjectAsync, Act.ManageKeys)
            .Describes("Ends it", "Deleted");
    }

    private static void MapInvites(IEndpointRouteBuilder routes, InviteEndpoints invites)
    {
        const string Invites = Root + "/invites";
        Get(routes, Invites, invites.ListAsync, Act.ManageMembers)
            .Describes("Lists invites", "Invite[]", query: "after limit");
        Post(routes, Invites, invites.CreateAsync, Act.ManageMembers)
            .Describes("Invites somebody; the token is shown this once", "Invite", "InviteBody");
        Get(routes, Invites + "/{invite}", invites.GetAsync, Act.ManageMembers)
            .Describes("Reads an invite", "Invite");
        Delete(routes, Invites + "/{invite}", invites.DeleteAsync, Act.ManageMembers)
            .Describes("Takes an invite back", "Deleted");
    }

    private static void MapAdminKeys(IEndpointRouteBuilder routes, AdminKeyEndpoints keys)
    {
        const string AdminKeys = Root + "/admin_api_keys";
        Get(routes, AdminKeys, keys.ListAsync, Act.OwnOrganization)
            .Describes("Lists admin keys", "AdminKey[]", query: "after limit");
        Post(routes, AdminKeys, keys.CreateAsync, Act.OwnOrganization)
            .Describes("Makes an admin key, shown this once", "AdminKey", "AdminKeyBody");
        Get(routes, AdminKeys + "/{key}", keys.GetAsync, Act.OwnOrganization)
            .Describes("Reads an admin key", "AdminKey");
        Delete(routes, AdminKeys + "/{key}", keys.RevokeAsync, Act.OwnOrganization)
            .Describes("Revokes an admin key", "Deleted");
    }

    private static void MapSpendLimits(IEndpointRouteBuilder routes, SpendLimitEndpoints limits)
    {
        foreach (var (name, kind) in (ReadOnlySpan<(string, string)>)
            [("/spend_limit", LimitStore.Own), ("/end_user_limit", LimitStore.EndUser)])
        {
            foreach (var owner in (ReadOnlySpan<string>)[Root, Project])
            {
                Get(routes, owner + name, limits.Get(kind), Act.SeeUsage)
                    .Describes("Reads what may be spent", "SpendLimit");
                Post(routes, owner + name, limits.Set(kind), Act.SetBudgets)
                    .Describes("Says what may be spent", "SpendLimit", "SpendLimitBody");
                Delete(routes, owner + name, limits.Clear(kind), Act.SetBudgets)
                    .Describes("Takes the limit away", "Deleted");
            }
        }
    }

    private static void MapSpendAlerts(IEndpointRouteBuilder routes, SpendAlertEndpoints alerts)
    {
        const string Alerts = Root + "/spend_alerts";
        Get(routes, Alerts, alerts.ListAsync, Act.SeeUsage)
            .Describes("Lists spend alerts", "SpendAlert[]", query: "after limit");
        Post(routes, Alerts, alerts.CreateAsync, Act.SetBudgets)
            .Describes("Makes a spend alert", "SpendAlert", "SpendAlertBody");
        Get(routes, Alerts + "/{alert}", alerts.GetAsync, Act.SeeUsage)
            .Describes("Reads a spend alert", "SpendAlert");
        Post(routes, Alerts + "/{alert}", alerts.ChangeAsync, Act.SetBudgets)
            .Describes("Changes its threshold", "SpendAlert", "SpendLimitBody");
        Delete(routes, Alerts + "/{alert}", alerts.DeleteAsync, Act.SetBudgets)
            .Describes("Deletes a spend alert", "Deleted");
    }

    // A model's name may hold slashes.
    private static void MapRateLimits(IEndpointRouteBuilder routes, RateLimitEndpoints limits)
    {
        foreach (var owner in (ReadOnlySpan<string>)[Root, Project])
        {
            Get(routes, owner + "/rate_limits", limits.ListAsync, Act.SetRateLimits)
                .Describes("Lists rate limits", "RateLimit[]", query: "after limit");
            Post(routes, owner + "/rate_limits/{*id}", limits.ChangeAsync, Act.SetRateLimits)
                .Describes("Changes a rate limit", "RateLimit", "RateLimitBody");
        }
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
