using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Telemetry;
using Gateway.Core;

namespace Gateway.Api.Portal.Playground;

/// <summary>Sends a page's request through the same endpoint as a request from outside, with the same key, limits,
/// hold, receipt and errors.</summary>
internal sealed class PlaygroundCaller
{
    private const string V1 = "/v1";

    private readonly IServiceProvider _services;
    private readonly EndpointDataSource _endpoints;
    private readonly TelemetryMiddleware _outermost;

    public PlaygroundCaller(IServiceProvider services, EndpointDataSource endpoints)
    {
        (_services, _endpoints) = (services, endpoints);
        var access = ActivatorUtilities.CreateInstance<AccessMiddleware>(services, (RequestDelegate)PassAsync);
        var edge = ActivatorUtilities.CreateInstance<EdgeMiddleware>(services, (RequestDelegate)access.InvokeAsync);
        _outermost = new(edge.InvokeAsync, services.GetRequiredService<RequestTelemetry>());
    }

    /// <summary>Asks.</summary>
    /// <param name="page">The page's request: whoever leaves it gives its request up.</param>
    /// <param name="key">The key that pays.</param>
    /// <param name="path">The endpoint, below <c>/v1</c>.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="file">Sent with it as a form, where there is one.</param>
    public async Task<PlaygroundReply> AskAsync(
        HttpContext page, string key, string path, JsonObject request, IFormFile? file)
    {
        using HttpContent content = file is null ? AsJson(request) : AsForm(request, file);
        await using var scope = _services.CreateAsyncScope();
        var context = new DefaultHttpContext
        {
            RequestServices = scope.ServiceProvider,
            RequestAborted = page.RequestAborted,
        };
        (context.Request.Method, context.Request.Path) = (HttpMethods.Post, V1 + path);
        context.Request.Headers.Authorization = "Bearer " + key;
        context.Request.ContentType = content.Headers.ContentType!.ToString();
        using var body = new MemoryStream();
        await content.CopyToAsync(body, page.RequestAborted);
        (body.Position, context.Request.ContentLength, context.Request.Body) = (0, body.Length, body);
        context.Connection.RemoteIpAddress = page.Connection.RemoteIpAddress;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        context.SetEndpoint(_endpoints.Endpoints.OfType<RouteEndpoint>().First(one =>
            one.RoutePattern.RawText == V1 + path
            && one.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Post) == true));
        await _outermost.InvokeAsync(context);
        await context.Response.CompleteAsync();
        var headers = context.Response.Headers;
        return new(
            context.Response.ContentType ?? "", answer.ToArray(), headers["x-gateway-receipt"].ToString(),
            NanoUsd.TryParseUsd(headers["x-gateway-cost"].ToString(), out var cost) ? cost : null);
    }

    private static StringContent AsJson(JsonObject request) =>
        new(request.ToJsonString(), Encoding.UTF8, "application/json");

    [SuppressMessage("Reliability", "CA2000", Justification = "The form disposes its parts.")]
    private static MultipartFormDataContent AsForm(JsonObject request, IFormFile file)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in request)
        {
            form.Add(new StringContent((string?)value ?? ""), name);
        }

        form.Add(new StreamContent(file.OpenReadStream()), "file", "sound");
        return form;
    }

    private static Task PassAsync(HttpContext context) => context.GetEndpoint()!.RequestDelegate!(context);
}
