using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Limits;
using Gateway.Api.Messages;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.OpenAi;

/// <summary>The outermost layer: names every request, writes the headers all answers carry, and turns what goes wrong
/// inside into an error of the API's shape. Nothing of a request's body or key enters a log.</summary>
internal sealed partial class EdgeMiddleware(
    RequestDelegate next, TimeProvider time, DrainState drain, RateLimiter limiter, HostFilter hosts,
    ILogger<EdgeMiddleware> logger)
{
    // Kestrel reads a body by its Transfer-Encoding and moves a Content-Length beside it here.
    private const string SecondLength = "X-Content-Length";

    private const int BillingRetrySeconds = 2;

    public async Task InvokeAsync(HttpContext context)
    {
        var identity = RequestIdentity.Create(time);
        context.Features.Set(identity);
        var isApi = context.Request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase);
        WriteHeaders(context, identity, isApi);
        if (isApi)
        {
            drain.Enter();
        }

        try
        {
            RefuseMalformed(context);
            RefuseWhenDraining(isApi);
            await next(context);
            await ExplainEmptyAsync(context);
        }
        catch (RefusedException refused)
        {
            await refused.Error.WriteAsync(context);
        }
        catch (Exception failure) when (StoreFault.Is(failure))
        {
            Log.StoreFailed(logger, identity.Id.ToString(), failure.GetBaseException().GetType().Name);
            await OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "billing_unavailable",
                "The store of keys and credit does not answer now.", BillingRetrySeconds).WriteAsync(context);
        }
        catch (BadHttpRequestException bad)
        {
            await FromKestrel(bad).WriteAsync(context);
        }
        catch (Exception failure) when (
            failure is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The caller hung up; nobody is left to answer.
        }
#pragma warning disable CA1031 // The last catch of a request: the caller gets an id, the log the cause.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            Log.Failed(logger, identity.Id.ToString(), failure.GetType().Name, failure.StackTrace);
            await InternalError(identity).WriteAsync(context);
        }
        finally
        {
            if (isApi)
            {
                drain.Leave();
            }
        }
    }

    private void WriteHeaders(HttpContext context, RequestIdentity identity, bool isApi)
    {
        var headers = context.Response.Headers;
        var id = identity.Id.ToString();
        headers["x-request-id"] = id;
        headers.XContentTypeOptions = "nosniff";
        if (!isApi)
        {
            return;
        }

        headers["x-gateway-receipt"] = id;
        if (AnthropicError.Applies(context.Request))
        {
            // The name that clients of that API look for.
            headers["request-id"] = id;
        }

        context.Response.OnStarting(AddLateHeadersAsync, context);
        headers["x-receipt-salt"] = Convert.ToHexStringLower(identity.Salt);

        RateHeaders.WriteUnlimited(headers);
    }

    // The router times its own answers, where waiting for an expert is not ours; here all of it is.
    private Task AddLateHeadersAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        RateHeaders.Write(context, limiter);
        if (!headers.ContainsKey("server-timing"))
        {
            var identity = context.Features.GetRequiredFeature<RequestIdentity>();
            var spent = time.GetElapsedTime(identity.Timestamp).TotalMilliseconds;
            headers["server-timing"] = string.Create(CultureInfo.InvariantCulture, $"gw;dur={spent:0.###}");
            headers["openai-processing-ms"] = string.Create(CultureInfo.InvariantCulture, $"{spent:0}");
        }

        return Task.CompletedTask;
    }

    private void RefuseWhenDraining(bool isApi)
    {
        if (isApi && drain.IsDraining)
        {
            throw new RefusedException(OpenAiError.Draining());
        }
    }

    // Two servers that read a message's end or name differently see different requests (RFC 9112, 6.3 and 11.2).
    private void RefuseMalformed(HttpContext context)
    {
        var headers = context.Request.Headers;
        if (headers.TransferEncoding.Count > 0 && headers.ContainsKey(SecondLength))
        {
            throw Malformed(context, "Send Content-Length or Transfer-Encoding, not both.");
        }

        if (!hosts.Allows(headers.Host.ToString()))
        {
            throw Malformed(context, "This server does not go by the name in the Host header. Its operator lists names "
                + "in Gateway:AllowedHosts.");
        }
    }

    private static RefusedException Malformed(HttpContext context, string message)
    {
        context.Response.Headers.Connection = "close";
        return new(OpenAiError.Invalid("invalid_value", message));
    }

    // Routing leaves 404 and 405 without a body.
    private static Task ExplainEmptyAsync(HttpContext context)
    {
        var request = context.Request;
        if (context.Response.HasStarted)
        {
            return Task.CompletedTask;
        }

        return context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => OpenAiError.NotFound("not_found",
                $"There is no {request.Method} endpoint at this path. docs/api.md lists them.").WriteAsync(context),
            StatusCodes.Status405MethodNotAllowed => new OpenAiError(StatusCodes.Status405MethodNotAllowed,
                "invalid_request_error", "method_not_allowed",
                $"This path does not take {request.Method}.").WriteAsync(context),
            _ => Task.CompletedTask,
        };
    }

    private static OpenAiError FromKestrel(BadHttpRequestException bad) => bad.StatusCode switch
    {
        StatusCodes.Status413PayloadTooLarge => new(bad.StatusCode, "invalid_request_error", "request_too_large",
            "The request is too large."),
        StatusCodes.Status408RequestTimeout => new(bad.StatusCode, "invalid_request_error", "request_timeout",
            "The request body came too slowly."),
        _ => OpenAiError.Invalid("invalid_value", "The HTTP request is malformed."),
    };

    private static OpenAiError InternalError(RequestIdentity identity) => OpenAiError.Server(
        StatusCodes.Status500InternalServerError, "internal_error", $"Something broke here. Tell us {identity.Id}.");

    private static partial class Log
    {
        // An exception's own text may quote the data it failed on, so only its type and place are kept.
        [LoggerMessage(5000, LogLevel.Error, "Request {RequestId} failed: {Failure} {Place}")]
        public static partial void Failed(ILogger logger, string requestId, string failure, string? place);

        [LoggerMessage(5002, LogLevel.Error, "Request {RequestId} found the store silent: {Failure}")]
        public static partial void StoreFailed(ILogger logger, string requestId, string failure);
    }
}
