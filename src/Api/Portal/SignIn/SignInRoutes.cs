using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;

namespace Gateway.Api.Portal.SignIn;

/// <summary>Where people sign in and keep what they sign in with.</summary>
internal static class SignInRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var signIn = services.GetRequiredService<SignInEndpoints>();
        routes.MapGet("/sign-in", (RequestDelegate)SignInEndpoints.GetAsync).Opens();
        routes.MapPost("/sign-in", (RequestDelegate)signIn.PostAsync).Opens();
        routes.MapPost("/sign-out", (RequestDelegate)signIn.OutAsync).Opens();

        var account = services.GetRequiredService<AccountPages>();
        routes.MapGet("/account", Signed(account.GetAsync)).Opens();
        routes.MapPost("/account/sessions/end", Signed(account.EndSessionAsync)).Opens();
    }

    /// <summary>A page of the portal that the guard lets anybody reach.</summary>
    private static IEndpointConventionBuilder Opens(this IEndpointConventionBuilder endpoint) =>
        endpoint.Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>A page for people signed in, whatever they are.</summary>
    private static RequestDelegate Signed(Func<HttpContext, PortalVisitor, Task> page) => context =>
    {
        if (PortalVisitor.Of(context) is { } visitor)
        {
            return page(context, visitor);
        }

        PortalGuard.SendTo(context, "/sign-in");
        return Task.CompletedTask;
    };
}
