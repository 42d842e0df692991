using Microsoft.OpenApi;
using Swashbuckle.AspNetCore.Swagger;

namespace Gateway.Api.OpenApi;

/// <summary>The document that Swashbuckle serves: made once, when it is first asked for.</summary>
internal sealed class GatewayDocument(EndpointDataSource endpoints) : ISwaggerProvider
{
    /// <summary>The only one there is.</summary>
    public const string Name = "v1";

    private readonly Lazy<OpenApiDocument> _document = new(() => Parse(endpoints));

    public OpenApiDocument GetSwagger(string documentName, string? host = null, string? basePath = null) =>
        documentName == Name ? _document.Value : throw new UnknownSwaggerDocument(documentName, [Name]);

    private static OpenApiDocument Parse(EndpointDataSource endpoints)
    {
        var (document, diagnostic) = OpenApiDocument.Parse(DocumentWriter.Write(endpoints.Endpoints).ToJsonString());
        return document is not null && diagnostic is null or { Errors.Count: 0 }
            ? document
            : throw new InvalidOperationException(
                "The OpenAPI document is wrong: " + string.Join("; ", diagnostic?.Errors ?? []));
    }
}
