using Gateway.Api.Access;
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

    /// <summary>A page for people signed in whose role reaches that far.</summary>
    public static void MapPage<TPage>(
        this IEndpointRouteBuilder routes, string path, string name, Act? act = null)
        where TPage : IComponent =>
        routes.MapGet(path, (RequestDelegate)(context => Admits(context, act)
                ? ShowAsync<TPage>(context, name)
                : RefuseAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>What a page's form does, for people signed in whose role reaches all of the organisation.</summary>
    public static void MapForm(
        this IEndpointRouteBuilder routes, string path, Act? act, RequestDelegate handle) =>
        routes.MapPost(path, (RequestDelegate)(context => !PortalForm.IsOwn(context.Request)
                ? PortalForm.RefuseAsync(context)
                : Admits(context, act, Reach.All) ? handle(context) : RefuseAsync(context)))
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);

    /// <summary>Writes a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="name">The stem of its texts' keys.</param>
    /// <param name="parameters">The component's parameters.</param>
    /// <param name="status">The answer's status.</param>
    public static Task ShowAsync<TPage>(
        HttpContext context, string name, object? parameters = null, int status = StatusCodes.Status200OK)
        where TPage : IComponent
    {
        context.RequestServices.GetRequiredService<PageFrame>().Begin(context, name);
        context.Response.Headers.CacheControl = "no-store";
        return new RazorComponentResult<TPage>(parameters ?? new { })
        {
            StatusCode = status,
            PreventStreamingRendering = true,
        }.ExecuteAsync(context);
    }

    /// <summary>The page for what is not there, or not for this visitor: the same bytes for both.</summary>
    public static Task ShowMissingAsync(HttpContext context) =>
        ShowAsync<MissingPage>(context, "missing", status: StatusCodes.Status404NotFound);

    private static bool Admits(HttpContext context, Act? act, Reach least = Reach.None) =>
        PortalVisitor.Of(context) is { } visitor
        && (act is not { } needed || (visitor.Authority.Of(needed) is var reach
            && reach != Reach.None && (least == Reach.None || reach == least)));

    private static Task RefuseAsync(HttpContext context)
    {
        if (PortalVisitor.Of(context) is not null)
        {
            return ShowMissingAsync(context);
        }

        var request = context.Request;
        var back = HttpMethods.IsGet(request.Method) ? request.Path + request.QueryString.ToString() : "/overview";
        context.Response.Redirect(SignIn + QueryString.Create("returnUrl", back));
        return Task.CompletedTask;
    }
}
