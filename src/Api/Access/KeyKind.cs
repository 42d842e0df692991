namespace Gateway.Api.Access;

/// <summary>What a key opens.</summary>
internal enum KeyKind
{
    /// <summary>Inference and reading one's own organisation's usage.</summary>
    Api,

    /// <summary>The management API only.</summary>
    Admin,

    /// <summary>No key but a token of a configured issuer, whose subject has a role.</summary>
    Token,
}
