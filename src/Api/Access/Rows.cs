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
    public required Guid Org { get; init; }

    public required string Email { get; init; }

    public required string Role { get; init; }

    public required long CreatedAt { get; init; }
}

/// <summary>A key: never its text, only its keyed hash.</summary>
internal sealed class ApiKeyRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Kind { get; init; }

    /// <summary>HMAC-SHA-256 of the key under the pepper, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required string Label { get; init; }

    public required string Last4 { get; init; }

    public required long CreatedAt { get; init; }

    public long? ExpiresAt { get; init; }
}
