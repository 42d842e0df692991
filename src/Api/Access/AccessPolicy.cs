using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>Holds a known caller to an endpoint's rule.</summary>
internal static class AccessPolicy
{
    /// <exception cref="RefusedException">403; 404 for another project than the caller's own.</exception>
    public static void Require(HttpContext context, Caller caller, AccessRuleMetadata needed)
    {
        RequireAddress(context, caller);
        switch (caller.Kind)
        {
            case KeyKind.Api:
                RequireScope(caller, needed.Rule);
                break;
            case KeyKind.Admin when needed.Rule is AccessRule.Admin or AccessRule.Usage:
            case KeyKind.Token when needed.Rule is AccessRule.Admin or AccessRule.Usage:
                RequireReach(context, caller, needed);
                break;
            case KeyKind.Token when caller.Authority.Of(Act.CallModels) == Reach.All:
                break;
            default:
                throw Forbidden(caller.Kind == KeyKind.Admin
                    ? "This is an admin key: it manages, it cannot call models."
                    : "The role of this token does not call models.");
        }
    }

    private static void RequireAddress(HttpContext context, Caller caller)
    {
        if (caller.Addresses is { } allowed && (context.Connection.RemoteIpAddress is not { } address
            || !AddressKey.IsShared(allowed, address)))
        {
            throw new RefusedException(new(StatusCodes.Status403Forbidden, "permission_error", "address_not_allowed",
                "This key is not accepted from your address."));
        }
    }

    private static void RequireScope(Caller caller, AccessRule rule)
    {
        var opening = rule switch
        {
            AccessRule.Inference or AccessRule.Account => KeyScopes.Inference,
            AccessRule.Models => KeyScopes.Inference | KeyScopes.ModelsRead,
            AccessRule.Usage => KeyScopes.UsageRead,
            AccessRule.Public => caller.Scopes,
            AccessRule.Admin => throw Forbidden(
                "This is an API key: it calls models. To manage an organisation, send an admin key (gw-admin-...)."),
        };
        if ((caller.Scopes & opening) == 0)
        {
            throw Forbidden($"This key lacks the scope for this: {string.Join(" or ", opening.ToNames())}.");
        }
    }

    private static void RequireReach(HttpContext context, Caller caller, AccessRuleMetadata needed)
    {
        var reach = caller.Authority.Of(needed.Act);
        if (reach == Reach.All || (reach != Reach.None && reach == needed.Least))
        {
            return;
        }

        if (context.Request.RouteValues["project"] is string project)
        {
            var isOwn = reach == Reach.OwnProject && project == caller.Project?.ToString();
            if (isOwn || (ProjectId.TryParse(project, out var id) && caller.Parts.TryGetValue(id, out var part)
                && part.Of(needed.Act) == Reach.OwnProject))
            {
                return;
            }

            // Of another project such a caller must not even learn that it exists.
            if (reach == Reach.OwnProject || caller.Parts.Values.Any(
                other => other.Of(needed.Act) == Reach.OwnProject))
            {
                throw AdminErrors.NoProject();
            }
        }

        throw Forbidden("Neither the role nor the scopes behind this request allow it. docs/api.md has the table.");
    }

    private static RefusedException Forbidden(string message) => new(OpenAiError.Forbidden(message));
}
