using Gateway.Api.Access;
using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace Gateway.Api.OpenApi;

/// <summary>/openapi/v1.json and /docs.</summary>
internal static class DocumentServices
{
    private const string DocsPath = "/docs";

    // Swagger UI sets styles on elements and shows its icons as data; it needs nothing from elsewhere.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'";

    public static IServiceCollection AddDocument(this IServiceCollection services) =>
        services.AddSingleton<ISwaggerProvider, GatewayDocument>();

    /// <summary>The pages that show it, under a policy of their own; a call of the API passes none of their
    /// middleware.</summary>
    public static void UseDocs(this WebApplication app)
    {
        app.UseWhen(
            context => context.Request.Path.StartsWithSegments(DocsPath, StringComparison.Ordinal),
            docs => docs.Use(RestrictAsync).UseSwaggerUI(options =>
            {
                options.RoutePrefix = DocsPath[1..];
                options.DocumentTitle = "Gateway API";
                options.SwaggerEndpoint($"/openapi/{GatewayDocument.Name}.json", "Gateway v1");
            }));
    }

    public static void MapDocument(this IEndpointRouteBuilder routes) =>
        routes.MapSwagger(
            "/openapi/{documentName}.json", options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1)
            .Requires(AccessRule.Public);

    private static Task RestrictAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers.ContentSecurityPolicy = Policy;
        return next(context);
    }
}
