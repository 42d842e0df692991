using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One request that came with an <c>Idempotency-Key</c>.</summary>
/// <param name="Org">The caller's organisation.</param>
/// <param name="Key">The caller's API key: another key of the same organisation shares nothing with it.</param>
/// <param name="Hash">32 bytes that stand for the header's value and do not tell it.</param>
/// <param name="Body">32 bytes, SHA-256 of what was asked.</param>
/// <param name="Request">The request's id.</param>
public sealed record IdempotentCall(
    OrgId Org, KeyId Key, ReadOnlyMemory<byte> Hash, ReadOnlyMemory<byte> Body, RequestId Request);

/// <summary>An answer kept to be given again.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="ContentType">Its media type; empty when it has no body.</param>
/// <param name="Sealed">Its headers and body, encrypted by whoever keeps it: the books never see them.</param>
public sealed record KeptAnswer(int Status, string ContentType, ReadOnlyMemory<byte> Sealed);
