using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Pages;

namespace Gateway.Api.Portal;

/// <summary>Every page and form, each with who may use it.</summary>
internal static class PortalRoutes
{
    public static void MapPortal(this IEndpointRouteBuilder routes)
    {
        PortalAssets.Map(routes);
        routes.MapOpenPage<HomePage>("/", "home");
        routes.MapPost("/preferences", (RequestDelegate)PreferenceForm.PostAsync)
            .Requires(AccessRule.Public).WithMetadata(PortalMark.Instance);
        routes.MapPage<OverviewPage>("/overview", "overview", Act.SeeUsage);
    }
}
