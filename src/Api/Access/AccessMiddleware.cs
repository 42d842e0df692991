using Gateway.Api.Messages;
using Gateway.Api.OpenAi;
using Gateway.Api.Tokens;
using Microsoft.Extensions.Primitives;

namespace Gateway.Api.Access;

/// <summary>Holds every request to its endpoint's <see cref="AccessRule"/> and leaves the <see cref="Caller"/> with
/// it.</summary>
internal sealed class AccessMiddleware(
    RequestDelegate next, KeyDirectory keys, TokenDirectory tokens, FailureBrake brake)
{
    private const string Scheme = "Bearer ";

    public Task InvokeAsync(HttpContext context)
    {
        // Routing answers a wrong method by an endpoint of its own, which is no route and only sets 405.
        if (context.GetEndpoint() is not RouteEndpoint endpoint)
        {
            return next(context);
        }

        var rule = endpoint.Metadata.GetMetadata<AccessRuleMetadata>()
            ?? throw new InvalidOperationException($"The endpoint {endpoint.DisplayName} has no access rule.");
        if (rule.Rule == AccessRule.Public)
        {
            return next(context);
        }

        // A known key costs no wait, and then no state machine either.
        RefuseMisplacedKey(context.Request);
        var finding = FindAsync(Credentials(context.Request), context.Connection);
        return finding.IsCompletedSuccessfully
            ? AdmitAsync(context, rule, finding.Result)
            : WaitAsync(context, rule, finding);
    }

    private async Task WaitAsync(HttpContext context, AccessRuleMetadata rule, ValueTask<Caller?> finding) =>
        await AdmitAsync(context, rule, await finding);

    private Task AdmitAsync(HttpContext context, AccessRuleMetadata rule, Caller? found)
    {
        var caller = found ?? throw brake.Note(context.Connection.RemoteIpAddress, Unknown());
        RefuseOtherOrganization(context.Request, caller);
        context.Features.Set(caller);
        AccessPolicy.Require(context, caller, rule);
        return next(context);
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

    private static void RefuseOtherOrganization(HttpRequest request, Caller caller)
    {
        var organization = request.Headers["OpenAI-Organization"].ToString();
        var project = request.Headers["OpenAI-Project"].ToString();
        if ((organization.Length > 0 && organization != caller.Org.ToString())
            || (project.Length > 0 && project != caller.Project?.ToString()))
        {
            throw new RefusedException(new(StatusCodes.Status401Unauthorized, "invalid_request_error",
                "mismatched_organization", "OpenAI-Organization or OpenAI-Project does not belong to this key. "
                + "Leave both headers out."));
        }
    }

    // Anthropic's clients of old send the key alone in a header of its own.
    private static StringValues Credentials(HttpRequest request)
    {
        var bearer = request.Headers.Authorization;
        if (!AnthropicError.Applies(request) || !request.Headers.TryGetValue("x-api-key", out var key))
        {
            return bearer;
        }

        return bearer.Count == 0 && key.Count == 1
            ? Scheme + key
            : throw new RefusedException(OpenAiError.Invalid("ambiguous_authorization",
                "Send the key once: in Authorization or in x-api-key."));
    }

    private ValueTask<Caller?> FindAsync(StringValues header, ConnectionInfo from)
    {
        if (header.Count > 1)
        {
            throw new RefusedException(OpenAiError.Invalid("ambiguous_authorization",
                "Send one Authorization header."));
        }

        var text = header.ToString();
        if (!text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return default;
        }

        var credential = text.AsSpan(Scheme.Length).Trim();
        if (!tokens.IsOn || credential.StartsWith(ApiKey.Prefix, StringComparison.Ordinal))
        {
            return keys.FindInAsync(text, credential, from);
        }

        // Checking a signature is work: whoever has failed too often has none done for him.
        return brake.Refuses(from.RemoteIpAddress) ? default : tokens.FindAsync(credential.ToString());
    }

    private static OpenAiError Unknown() => OpenAiError.InvalidKey(
        "No valid API key. Send the header 'Authorization: Bearer gw-...' with a key of your organisation.");
}
