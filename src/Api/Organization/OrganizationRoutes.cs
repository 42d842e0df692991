using Gateway.Api.Access;
using Gateway.Api.Idempotency;

namespace Gateway.Api.Organization;

/// <summary>Every route below /v1/organization that manages projects, keys and limits. Admin keys only.</summary>
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
        MapSpendLimits(routes, services.GetRequiredService<SpendLimitEndpoints>());
        MapRateLimits(routes, services.GetRequiredService<RateLimitEndpoints>());
    }

    public static IServiceCollection AddOrganization(this IServiceCollection services) => services
        .AddSingleton<ProjectEndpoints>()
        .AddSingleton<KeyEndpoints>()
        .AddSingleton<SpendLimitEndpoints>()
        .AddSingleton<RateLimitEndpoints>();

    private static void MapProjects(IEndpointRouteBuilder routes, ProjectEndpoints projects)
    {
        Get(routes, Projects, projects.ListAsync);
        Post(routes, Projects, projects.CreateAsync);
        Get(routes, Project, projects.GetAsync);
        Post(routes, Project, projects.ChangeAsync);
        Post(routes, Project + "/archive", projects.ArchiveAsync);
    }

    private static void MapKeys(IEndpointRouteBuilder routes, KeyEndpoints keys)
    {
        Get(routes, Keys, keys.ListAsync);
        Post(routes, Keys, keys.CreateAsync);
        Get(routes, Key, keys.GetAsync);
        Post(routes, Key, keys.ChangeAsync);
        Post(routes, Key + "/rotate", keys.RotateAsync);
        Delete(routes, Key, keys.RevokeAsync);
    }

    private static void MapSpendLimits(IEndpointRouteBuilder routes, SpendLimitEndpoints limits)
    {
        foreach (var (name, kind) in (ReadOnlySpan<(string, string)>)
            [("/spend_limit", LimitStore.Own), ("/end_user_limit", LimitStore.EndUser)])
        {
            foreach (var owner in (ReadOnlySpan<string>)[Root, Project])
            {
                Get(routes, owner + name, limits.Get(kind));
                Post(routes, owner + name, limits.Set(kind));
                Delete(routes, owner + name, limits.Clear(kind));
            }
        }
    }

    // A model's name may hold slashes.
    private static void MapRateLimits(IEndpointRouteBuilder routes, RateLimitEndpoints limits)
    {
        foreach (var owner in (ReadOnlySpan<string>)[Root, Project])
        {
            Get(routes, owner + "/rate_limits", limits.ListAsync);
            Post(routes, owner + "/rate_limits/{*id}", limits.ChangeAsync);
        }
    }

    private static void Get(IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapGet(path, handle).Requires(AccessRule.Admin);

    private static void Post(IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapKeptPost(path, handle, AdminBody.MaxBytes, KeepWhen.Succeeded).Requires(AccessRule.Admin);

    private static void Delete(IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapDelete(path, handle).Requires(AccessRule.Admin);
}
