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

    /// <summary>The pages that show it, under a policy of their own.</summary>
    public static void UseDocs(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            if (context.Request.Path.StartsWithSegments(DocsPath, StringComparison.Ordinal))
            {
                context.Response.Headers.ContentSecurityPolicy = Policy;
            }

            return next(context);
        });
        app.UseSwaggerUI(options =>
        {
            options.RoutePrefix = DocsPath[1..];
            options.DocumentTitle = "Gateway API";
            options.SwaggerEndpoint($"/openapi/{GatewayDocument.Name}.json", "Gateway v1");
        });
    }

    public static void MapDocument(this IEndpointRouteBuilder routes) =>
        routes.MapSwagger(
            "/openapi/{documentName}.json", options => options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1)
            .Requires(AccessRule.Public);
}
