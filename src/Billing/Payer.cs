using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Who pays for a request.</summary>
/// <param name="Org">Owns the credit.</param>
/// <param name="Key">The API key that asked; its spend is counted apart.</param>
public sealed record Payer(OrgId Org, KeyId Key);
