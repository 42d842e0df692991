namespace Gateway.Api.Access;

/// <summary>A passkey that is not taken any more.</summary>
internal sealed class PasskeyLockRow
{
    public required byte[] CredentialId { get; init; }

    public required Guid Person { get; init; }

    public required long LockedAt { get; init; }
}

/// <summary>An sr25519 account whose signature signs a person in.</summary>
internal sealed class WalletRow
{
    /// <summary>SS58 with prefix 42, of which every account has one.</summary>
    public required string Address { get; init; }

    public required Guid Person { get; init; }

    public required long AddedAt { get; init; }
}

/// <summary>Something that happened at a person's sign-in.</summary>
internal sealed class SignInEventRow
{
    public required Guid Id { get; init; }

    public required Guid Person { get; set; }

    public required long At { get; init; }

    /// <summary><c>opened</c>, <c>failed</c>, <c>proved</c> or <c>ended</c>.</summary>
    public required string What { get; init; }

    /// <summary>By what: <c>password</c>, <c>passkey</c>, <c>wallet</c>, <c>oidc</c> or <c>link</c>.</summary>
    public required string How { get; init; }

    /// <summary>The network of the address: /24 of IPv4, /48 of IPv6.</summary>
    public required string Place { get; init; }

    public required string Agent { get; init; }
}

/// <summary>A recovery code that was not used yet, hashed.</summary>
internal sealed class RecoveryCodeRow
{
    public required Guid Person { get; init; }

    public required byte[] Hash { get; init; }
}

/// <summary>What a person may do on the operator's side.</summary>
internal sealed class OperatorRoleRow
{
    /// <summary>All of them.</summary>
    public static readonly string[] Roles = ["approver", "support", "prices"];

    public required Guid Person { get; init; }

    /// <summary><c>approver</c>, <c>support</c> or <c>prices</c>.</summary>
    public required string Role { get; init; }

    public required long GivenAt { get; init; }
}

/// <summary>A link that a command printed: it makes a person of whoever opens it first.</summary>
internal sealed class SetupLinkRow
{
    /// <summary>HMAC-SHA-256 of the token under the pepper, 32 bytes.</summary>
    public required byte[] Hash { get; init; }

    public required string Email { get; init; }

    /// <summary>The organisation that he owns; null: he is an operator.</summary>
    public Guid? Org { get; init; }

    public required string Role { get; init; }

    public required long CreatedAt { get; init; }

    public required long ExpiresAt { get; init; }

    public long? UsedAt { get; set; }
}

/// <summary>A session in the portal.</summary>
internal sealed class SessionRow
{
    /// <summary>SHA-256 of the cookie's 32 bytes, which are stored nowhere.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Names it to its owner.</summary>
    public required Guid Id { get; init; }

    public required Guid Person { get; init; }

    public Guid? Org { get; init; }

    public required long CreatedAt { get; init; }

    public required long SeenAt { get; init; }

    public required long ExpiresAt { get; init; }

    /// <summary>When its owner last proved a passkey, a wallet or an issuer's word.</summary>
    public long? SteppedUpAt { get; init; }

    /// <summary>How he signed in: <c>password</c>, <c>passkey</c>, <c>wallet</c>, <c>oidc</c>.</summary>
    public required string How { get; init; }

    public required string Address { get; init; }

    public required string Agent { get; init; }
}

/// <summary>A step on the way to a session.</summary>
internal sealed class AttemptRow
{
    /// <summary>SHA-256 of the cookie that goes with it.</summary>
    public required byte[] Hash { get; init; }

    public required string Purpose { get; init; }

    public required string State { get; init; }

    public required long ExpiresAt { get; init; }
}
