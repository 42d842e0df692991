using Gateway.Api.OpenAi;
using Microsoft.Extensions.Primitives;

namespace Gateway.Api.Access;

/// <summary>Holds every request to its endpoint's <see cref="AccessRule"/> and leaves the <see cref="Caller"/> with
/// it.</summary>
internal sealed class AccessMiddleware(RequestDelegate next, KeyDirectory keys)
{
    private const string Scheme = "Bearer ";

    public async Task InvokeAsync(HttpContext context)
    {
        // Routing answers a wrong method by an endpoint of its own, which is no route and only sets 405.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            await next(context);
            return;
        }

        var rule = endpoint.Metadata.GetMetadata<AccessRuleMetadata>()?.Rule
            ?? throw new InvalidOperationException($"The endpoint {endpoint.DisplayName} has no access rule.");
        if (rule != AccessRule.Public)
        {
            context.Features.Set(await AuthenticateAsync(context.Request, rule));
        }

        await next(context);
    }

    private async ValueTask<Caller> AuthenticateAsync(HttpRequest request, AccessRule rule)
    {
        RefuseMisplacedKey(request);
        var caller = await FindAsync(request.Headers.Authorization) ?? throw Unknown();
        RefuseOtherOrganization(request, caller);
        RefuseOtherKind(rule, caller);
        return caller;
    }

    private static void RefuseOtherKind(AccessRule rule, Caller caller)
    {
        if (rule == AccessRule.Management && caller.Kind != KeyKind.Admin)
        {
            throw new RefusedException(OpenAiError.Forbidden("This needs an admin key, which begins with gw-admin-."));
        }

        if (rule == AccessRule.Inference && caller.Kind != KeyKind.Api)
        {
            throw new RefusedException(OpenAiError.Forbidden(
                "This is an admin key: it manages, it cannot call models."));
        }
    }

    // A key in an address or a cookie ends up in logs and histories: it is refused even beside a good header.
    private static void RefuseMisplacedKey(HttpRequest request)
    {
        if (ApiKey.StandsIn(Decoded(request.QueryString.Value)) || ApiKey.StandsIn(Decoded(request.Headers.Cookie)))
        {
            throw new RefusedException(OpenAiError.InvalidKey(
                "An API key stands in the address or a cookie. Send it only in the header "
                + "'Authorization: Bearer gw-...', and replace it: it may have been logged."));
        }
    }

    private static string Decoded(string? text) =>
        text?.Contains('%', StringComparison.Ordinal) == true ? Uri.UnescapeDataString(text) : text ?? "";

    // Without projects no project can match.
    private static void RefuseOtherOrganization(HttpRequest request, Caller caller)
    {
        var organization = request.Headers["OpenAI-Organization"].ToString();
        if ((organization.Length > 0 && organization != caller.Org.ToString())
            || request.Headers["OpenAI-Project"].ToString().Length > 0)
        {
            throw new RefusedException(new(StatusCodes.Status401Unauthorized, "invalid_request_error",
                "mismatched_organization", "OpenAI-Organization or OpenAI-Project does not belong to this key. "
                + "Leave both headers out."));
        }
    }

    private ValueTask<Caller?> FindAsync(StringValues header)
    {
        if (header.Count > 1)
        {
            throw new RefusedException(OpenAiError.Invalid("ambiguous_authorization",
                "Send one Authorization header."));
        }

        var text = header.ToString();
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
            ? keys.FindAsync(text.AsSpan(Scheme.Length).Trim())
            : default;
    }

    private static RefusedException Unknown() => new(OpenAiError.InvalidKey(
        "No valid API key. Send the header 'Authorization: Bearer gw-...' with a key of your organisation."));
}
