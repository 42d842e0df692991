using System.Net;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Api.Telemetry;

namespace Gateway.Api.Batches;

/// <summary>Sends a line through the same endpoint as a request from outside, with the same access rule, hold, receipt,
/// errors and telemetry; only nobody is connected.</summary>
internal sealed class LineCaller(IServiceProvider services, BatchTargets targets)
{
    private readonly TelemetryMiddleware _outermost = new(
        ActivatorUtilities.CreateInstance<EdgeMiddleware>(
            services, (RequestDelegate)(context => PassAsync(context, targets))).InvokeAsync,
        services.GetRequiredService<RequestTelemetry>());

    /// <summary>Runs a line once.</summary>
    /// <param name="order">What is asked, by whom.</param>
    /// <param name="keeper">Keeps the answer before it is charged.</param>
    /// <param name="ct">Gives the line up, as a caller who hangs up does.</param>
    public async Task<LineAnswer> CallAsync(LineOrder order, IAnswerKeeper keeper, CancellationToken ct)
    {
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = ct };
        var request = context.Request;
        (request.Method, request.Path) = (HttpMethods.Post, order.Endpoint);
        (request.ContentType, request.ContentLength) = ("application/json", order.Body.Length);
        request.Headers[IdempotencyHeader.Name] = order.IdempotencyKey;
        using var body = new MemoryStream(order.Body, writable: false);
        request.Body = body;
        context.Connection.RemoteIpAddress = IPAddress.TryParse(order.Address, out var address) ? address : null;
        using var answer = new MemoryStream();
        context.Response.Body = answer;
        context.Features.Set(order.Caller);
        context.Features.Set(keeper);
        context.Features.Set(Deferred.Instance);
        await _outermost.InvokeAsync(context);
        await context.Response.CompleteAsync();

        // Of an answer given again it is the request that was charged.
        var id = context.Response.Headers["x-gateway-receipt"].ToString();
        return new(context.Response.StatusCode, id, answer.ToArray());
    }

    private static Task PassAsync(HttpContext context, BatchTargets targets)
    {
        var endpoint = targets.Find(context.Request.Path.Value!)
            ?? throw new RefusedException(OpenAiError.NotFound("not_found", "There is no such endpoint for batches."));
        context.SetEndpoint(endpoint);
        AccessPolicy.Require(context, context.Caller(), endpoint.Metadata.GetMetadata<AccessRuleMetadata>()!);
        return endpoint.RequestDelegate!(context);
    }
}

/// <summary>A line to be run.</summary>
/// <param name="Endpoint">Where it goes.</param>
/// <param name="Body">The request's body.</param>
/// <param name="IdempotencyKey">Under which it is charged once.</param>
/// <param name="Caller">Who pays.</param>
/// <param name="Address">Where its maker called from.</param>
internal sealed record LineOrder(string Endpoint, byte[] Body, string IdempotencyKey, Caller Caller, string Address);

/// <summary>What a line was answered.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Request">The request's id.</param>
/// <param name="Body">JSON; empty when there is none.</param>
internal sealed record LineAnswer(int Status, string Request, byte[] Body)
{
    public bool IsGood => Status is >= 200 and <= 299 && Body.Length > 0;

    /// <summary>The request that was charged under the same key before, where the answer says so.</summary>
    public string? ChargedBefore
    {
        get
        {
            if (Status != StatusCodes.Status422UnprocessableEntity)
            {
                return null;
            }

            using var parsed = JsonDocument.Parse(Body);
            return parsed.RootElement.GetProperty("error"u8).TryGetProperty("details"u8, out var details)
                && details.TryGetProperty("receipt"u8, out var receipt)
                ? receipt.GetString()
                : null;
        }
    }
}
