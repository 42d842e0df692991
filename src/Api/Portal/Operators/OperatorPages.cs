using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Components;

namespace Gateway.Api.Portal.Operators;

/// <summary>How an endpoint becomes a page of the operator's console. Everybody on the operator's side sees the pages;
/// to others, and to who may not do what a form does, nothing is there.</summary>
internal static class OperatorPages
{
    /// <summary>Where the console begins.</summary>
    public const string Root = "/operator";

    /// <summary>Runs the network: miners, subnets, features, and looks after customers.</summary>
    public const string Support = "support";

    /// <summary>Sets prices.</summary>
    public const string Prices = "prices";

    /// <summary>Decides about money.</summary>
    public const string Approver = "approver";

    /// <summary>A page of the console.</summary>
    public static void MapOperatorPage<TPage>(this IEndpointRouteBuilder routes, string path, string name)
        where TPage : IComponent =>
        routes.MapGet(path, (RequestDelegate)(context => PortalVisitor.Of(context) is { OperatorRoles.Count: > 0 }
                ? PortalPages.ShowAsync<TPage>(context, name)
                : PortalPages.ShowMissingAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>What a form of the console does, for those with the role who proved themselves just now.</summary>
    public static void MapOperatorForm(
        this IEndpointRouteBuilder routes, string path, string role, Func<HttpContext, PortalVisitor, Task> handle) =>
        routes.MapPost(path, (RequestDelegate)(context => RunAsync(context, role, handle)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>The reason that a form gives; null when it gives none, or no reasonable one.</summary>
    public static async Task<string?> ReasonAsync(HttpContext context, int longest)
    {
        var reason = await PortalForm.FieldAsync(context, "because");
        return reason.Length == 0 || reason.Length > longest || reason.Any(char.IsControl) ? null : reason;
    }

    // The role goes first: who has it not learns nothing, not even that there is something to prove oneself for.
    private static Task RunAsync(
        HttpContext context, string role, Func<HttpContext, PortalVisitor, Task> handle)
    {
        if (PortalVisitor.Of(context) is not { } visitor || !visitor.OperatorRoles.Contains(role))
        {
            return PortalPages.ShowMissingAsync(context);
        }

        if (visitor.IsFresh(context.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow()))
        {
            return handle(context, visitor);
        }

        PortalGuard.SendTo(context, "/step-up");
        return Task.CompletedTask;
    }
}
