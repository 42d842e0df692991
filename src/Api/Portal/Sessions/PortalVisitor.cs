using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Portal.Sessions;

/// <summary>Who looks at a page: a person signed in, in one of his organisations.</summary>
/// <param name="PersonId">The member's id.</param>
/// <param name="Email">His address, as he is shown.</param>
/// <param name="OrganizationId">The organisation he looks at.</param>
/// <param name="OrganizationName">Its name.</param>
/// <param name="Role">What he is in it.</param>
internal sealed record PortalVisitor(
    Guid PersonId, string Email, OrgId OrganizationId, string OrganizationName, Role Role)
{
    /// <summary>What he may do.</summary>
    public Authority Authority { get; } = Authority.Of(Role);

    /// <summary>The language he chose: <c>en</c>, <c>pt</c> or <c>es</c>; null: his browser's.</summary>
    public string? Language { get; init; }

    /// <summary>The theme he chose: <c>light</c> or <c>dark</c>; null: his system's.</summary>
    public string? Theme { get; init; }

    /// <summary>The visitor of a request; null when nobody is signed in.</summary>
    public static PortalVisitor? Of(HttpContext context) => context.Features.Get<PortalVisitor>();

    /// <summary>How the audit log names him.</summary>
    public Actor ActorOf(HttpContext context) => new(
        "user",
        ObjectIds.User(PersonId),
        context.Connection.RemoteIpAddress?.ToString(),
        context.Features.GetRequiredFeature<RequestIdentity>().Id.ToString());
}
