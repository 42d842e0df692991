namespace Gateway.Api.Access;

/// <summary>Somebody who is asked to join an organisation.</summary>
internal sealed class InviteRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Email { get; init; }

    public required string Role { get; init; }

    /// <summary>Projects with roles as <c>id:role</c>, separated by blanks.</summary>
    public required string Projects { get; init; }

    /// <summary>HMAC-SHA-256 of the token under the pepper, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required long InvitedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public long? AcceptedAt { get; set; }

    public long? DeletedAt { get; set; }
}

/// <summary>A person's part in a project.</summary>
internal sealed class ProjectMemberRow
{
    public required Guid Project { get; init; }

    public required Guid Member { get; init; }

    public required Guid Org { get; init; }

    /// <summary>One of <see cref="RoleNames.OfProject"/>.</summary>
    public required string Role { get; set; }

    public required long AddedAt { get; init; }
}

/// <summary>A program that has keys of a project.</summary>
internal sealed class ServiceAccountRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required Guid Project { get; init; }

    public required string Name { get; set; }

    public required long CreatedAt { get; init; }

    public long? DeletedAt { get; set; }
}
