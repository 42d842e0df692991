using Microsoft.AspNetCore.Identity;

namespace Gateway.Api.Access;

/// <summary>Somebody who signs in to the portal, whatever organisations he is a member of.</summary>
internal sealed class Person : IdentityUser<Guid>
{
    /// <summary>The secret of his one-time codes, sealed; null: he has none.</summary>
    public string? TotpSecret { get; set; }

    /// <summary>The time step of the last code taken: none at or before it is taken again.</summary>
    public long TotpStep { get; set; }

    /// <summary><c>en</c>, <c>pt</c>, <c>es</c>; empty: as the browser asks.</summary>
    public string Language { get; set; } = "";

    /// <summary><c>light</c>, <c>dark</c>; empty: as the system has it.</summary>
    public string Theme { get; set; } = "";

    public required long CreatedAt { get; init; }
}
