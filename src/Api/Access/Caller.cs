using Gateway.Core;

namespace Gateway.Api.Access;

/// <summary>Who sent a request, as found at its key. One instance a key, kept while the key is known.</summary>
/// <param name="Key">The key's id.</param>
/// <param name="Kind">What it opens.</param>
/// <param name="Org">The organisation that pays.</param>
/// <param name="Label">The name its maker gave it.</param>
/// <param name="Last4">The last four characters, for people to recognise it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working, if ever.</param>
internal sealed record Caller(
    KeyId Key,
    KeyKind Kind,
    OrgId Org,
    string Label,
    string Last4,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt);
