namespace Gateway.Api.Access;

/// <summary>An organisation. Times in all rows are milliseconds since 1970, so that both stores sort them
/// alike.</summary>
internal sealed class OrganizationRow
{
    public required Guid Id { get; init; }

    public required string Name { get; init; }

    public required long CreatedAt { get; init; }
}

/// <summary>A person in an organisation.</summary>
internal sealed class MemberRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Email { get; init; }

    public string Name { get; set; } = "";

    /// <summary>One of <see cref="RoleNames.OfOrganization"/>.</summary>
    public required string Role { get; set; }

    public required long CreatedAt { get; init; }

    /// <summary>Who signs in as this member; null until he has.</summary>
    public Guid? Person { get; set; }
}

/// <summary>A key: never its text, only its keyed hash.</summary>
internal sealed class ApiKeyRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Kind { get; init; }

    /// <summary>HMAC-SHA-256 of the key under the pepper, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required string Label { get; set; }

    public required string Last4 { get; init; }

    public required long CreatedAt { get; init; }

    public long? ExpiresAt { get; set; }

    /// <summary>Null: the organisation's default project, or none for an admin key.</summary>
    public Guid? Project { get; init; }

    /// <summary>Names of <see cref="KeyScopes"/>, separated by blanks.</summary>
    public string Scopes { get; set; } = KeyScopesText.Default.ToText();

    /// <summary>Models it may call, separated by blanks; null: all.</summary>
    public string? Models { get; set; }

    public long? SpendNusd { get; set; }

    public string? SpendPeriod { get; set; }

    public long? Rpm { get; set; }

    public long? Tpm { get; set; }

    public long? Rpd { get; set; }

    public long? Concurrent { get; set; }

    public long? RevokedAt { get; set; }

    /// <summary>The first key of a line of rotations, whose limits this one shares; null: itself.</summary>
    public Guid? Line { get; init; }

    /// <summary>Networks it is accepted from, separated by blanks; null: any.</summary>
    public string? Addresses { get; set; }

    /// <summary>How its requests are routed where they say nothing themselves, as JSON; null: as usual.</summary>
    public string? Routing { get; set; }

    /// <summary>The service account whose key it is.</summary>
    public Guid? ServiceAccount { get; set; }
}

/// <summary>A part of an organisation.</summary>
internal sealed class ProjectRow
{
    /// <summary>Nothing of its requests is stored.</summary>
    public const string ZeroRetention = "zero_data_retention";

    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Name { get; set; }

    public required bool IsDefault { get; init; }

    public required long CreatedAt { get; init; }

    public long? ArchivedAt { get; set; }

    /// <summary>Models that its keys may call, separated by blanks; null: all.</summary>
    public string? Models { get; set; }

    /// <summary>What may be kept of its requests; null: what its callers ask for.</summary>
    public string? Retention { get; set; }
}

/// <summary>What an organisation or a project, or each of its end users, may spend.</summary>
internal sealed class SpendLimitRow
{
    public required Guid Owner { get; init; }

    /// <summary><c>own</c> or <c>end_user</c>.</summary>
    public required string Kind { get; init; }

    public required Guid Org { get; init; }

    public required long Nusd { get; set; }

    public required string Period { get; set; }
}

/// <summary>Rate limits of an organisation or a project; of one model, or, where it is empty, of all
/// together.</summary>
internal sealed class RateLimitRow
{
    public required Guid Owner { get; init; }

    public required string Model { get; init; }

    public required Guid Org { get; init; }

    public long? Rpm { get; set; }

    public long? Tpm { get; set; }

    public long? Rpd { get; set; }

    public long? Concurrent { get; set; }
}
