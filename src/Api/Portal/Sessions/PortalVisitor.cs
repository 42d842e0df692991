using System.Collections.Frozen;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Portal.Sessions;

/// <summary>Who looks at a page: a person signed in, in one of his organisations, or an operator.</summary>
/// <param name="PersonId">The person, whatever organisation he looks at.</param>
/// <param name="Email">His address, as he is shown.</param>
/// <param name="OrganizationId">The organisation he looks at; the operator's own of who is in none.</param>
/// <param name="OrganizationName">Its name; empty of who is in none.</param>
/// <param name="Role">What he is in it; null: no member.</param>
internal sealed record PortalVisitor(
    Guid PersonId, string Email, OrgId OrganizationId, string OrganizationName, Role? Role)
{
    /// <summary>How long a fresh proof opens what needs one.</summary>
    public static readonly TimeSpan StepUpLife = TimeSpan.FromMinutes(5);

    /// <summary>All that he is in it, by himself and by his groups.</summary>
    public IReadOnlyList<Role> Roles { get; private init; } = Role is { } own ? [own] : [];

    /// <summary>What he may do in the organisation.</summary>
    public Authority Authority { get; private init; } = Role is { } role ? Authority.Of(role) : Authority.None;

    /// <summary>What he may do on the operator's side: <c>approver</c>, <c>support</c>, <c>prices</c>.</summary>
    public FrozenSet<string> OperatorRoles { get; init; } = [];

    /// <summary>His id as a member of the organisation, by which the API names him.</summary>
    public Guid? MemberId { get; init; }

    /// <summary>The session, as <c>/account</c> names it.</summary>
    public Guid SessionId { get; init; }

    public DateTimeOffset SignedInAt { get; init; }

    /// <summary>When he last proved a passkey, a wallet or an issuer's word; null: not since he signed in.</summary>
    public DateTimeOffset? SteppedUpAt { get; init; }

    /// <summary>The language he chose: <c>en</c>, <c>pt</c> or <c>es</c>; null: his browser's.</summary>
    public string? Language { get; init; }

    /// <summary>The theme he chose: <c>light</c> or <c>dark</c>; null: his system's.</summary>
    public string? Theme { get; init; }

    /// <summary>The visitor of a request; null when nobody is signed in.</summary>
    public static PortalVisitor? Of(HttpContext context) => context.Features.Get<PortalVisitor>();

    /// <summary>The same, who is what his groups are too. Who is no member is in no group.</summary>
    public PortalVisitor In(IEnumerable<Role> groups)
    {
        Role[] roles = [.. Roles.Concat(groups).Distinct()];
        return Role is null ? this : this with { Roles = roles, Authority = Authority.Of(roles) };
    }

    /// <summary>Whether he proved himself lately enough for refunds, admin keys, members and the like.</summary>
    public bool IsFresh(DateTimeOffset now) => now - SteppedUpAt < StepUpLife;

    /// <summary>How the audit log names him.</summary>
    public Actor ActorOf(HttpContext context) => new(
        Actor.Session,
        ObjectIds.User(MemberId ?? PersonId),
        context.Connection.RemoteIpAddress?.ToString(),
        context.Features.GetRequiredFeature<RequestIdentity>().Id.ToString());
}
