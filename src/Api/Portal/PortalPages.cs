using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Operators;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Gateway.Api.Portal;

/// <summary>How an endpoint becomes a page.</summary>
internal static class PortalPages
{
    public const string SignIn = "/sign-in";

    /// <summary>A page for everybody.</summary>
    public static void MapOpenPage<TPage>(this IEndpointRouteBuilder routes, string path, string name)
        where TPage : IComponent =>
        routes.MapGet(path, (RequestDelegate)(context => ShowAsync<TPage>(context, name)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>A page for people signed in whose role lets them see it for the whole organisation.</summary>
    public static void MapPage<TPage>(
        this IEndpointRouteBuilder routes, string path, string name, Act? act = null)
        where TPage : IComponent =>
        routes.MapGet(path, (RequestDelegate)(context => Admits(context, act)
                ? ShowAsync<TPage>(context, name)
                : RefuseAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>A page of one thing, named by <c>{id}</c> in the path: what is not there, and what is another
    /// organisation's, is answered alike.</summary>
    public static void MapPageOfOne<TPage>(
        this IEndpointRouteBuilder routes, string path, string name, Act act,
        Func<HttpContext, string, Task<bool>> exists)
        where TPage : IComponent =>
        routes.MapAnswer(path, act, async context =>
        {
            var id = (string?)context.Request.RouteValues["id"] ?? "";
            await (await exists(context, id)
                ? ShowAsync<TPage>(context, name, new { Id = id })
                : ShowMissingAsync(context));
        });

    /// <summary>Something else than a page, such as a file, for people signed in whose role reaches that far.</summary>
    public static void MapAnswer(this IEndpointRouteBuilder routes, string path, Act act, RequestDelegate handle) =>
        routes.MapGet(path, (RequestDelegate)(context => Admits(context, act) ? handle(context) : RefuseAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>A page for everybody that is not always there, or something else than a page.</summary>
    public static void MapOpenAnswer(this IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapGet(path, handle).Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>What a form on a page for everybody does.</summary>
    public static void MapOpenForm(this IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapPost(path, handle).Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>What a page's form does, for people signed in whose role reaches all of the organisation.</summary>
    public static IEndpointConventionBuilder MapForm(
        this IEndpointRouteBuilder routes, string path, Act? act, RequestDelegate handle) =>
        routes.MapPost(path, (RequestDelegate)(context =>
                Admits(context, act, all: true) ? handle(context) : RefuseAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>Writes a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The stem of its texts' keys.</param>
    /// <param name="parameters">The component's parameters.</param>
    /// <param name="status">The answer's status.</param>
    /// <param name="title">In the place of the page's usual title.</param>
    public static Task ShowAsync<TPage>(
        HttpContext context, string name, object? parameters = null, int status = StatusCodes.Status200OK,
        string? title = null)
        where TPage : IComponent
    {
        context.RequestServices.GetRequiredService<PageFrame>().Begin(context, name, title);
        context.Response.Headers.CacheControl = "no-store";

        // Set by the page that failed, if this one stands in for it; setting it twice is refused.
        context.Response.Headers.Remove("blazor-enhanced-nav");
        return new RazorComponentResult<TPage>(parameters ?? new { })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        }.ExecuteAsync(context);
    }

    /// <summary>Writes a page whose form was wrong: what it should be stands at the field, and what was typed
    /// stays.</summary>
    public static Task ShowFaultAsync<TPage>(
        HttpContext context, string name, FormFault fault, object? parameters = null)
        where TPage : IComponent
    {
        context.RequestServices.GetRequiredService<PageFrame>().Fault = fault;
        return ShowAsync<TPage>(context, name, parameters, StatusCodes.Status400BadRequest);
    }

    /// <summary>The page for what is not there, or not for this visitor: the same bytes for both.</summary>
    public static Task ShowMissingAsync(HttpContext context) =>
        ShowAsync<MissingPage>(context, "missing", status: StatusCodes.Status404NotFound);

    /// <summary>Whether a reach opens a page: pages show the organisation as a whole, so a reach that ends at a project
    /// or at one's own keys does not.</summary>
    public static bool Opens(Reach reach) => reach is Reach.All or Reach.Read or Reach.MoneyRows;

    private static bool Admits(HttpContext context, Act? act, bool all = false) =>
        PortalVisitor.Of(context) is { } visitor
        && (act is not { } needed || (visitor.Authority.Of(needed) is var reach
            && (all ? reach == Reach.All : Opens(reach))));

    private static Task RefuseAsync(HttpContext context)
    {
        if (PortalVisitor.Of(context) is { } visitor)
        {
            if (visitor is { Role: null, OperatorRoles.Count: > 0 } && context.Request.Path == ReturnPath.Home)
            {
                // Sign-in leads there; who only works for the operator has his first page elsewhere.
                PortalForm.GoTo(context, OperatorPages.Root);
                return Task.CompletedTask;
            }

            return ShowMissingAsync(context);
        }

        PortalGuard.SendTo(context, SignIn);
        return Task.CompletedTask;
    }
}
