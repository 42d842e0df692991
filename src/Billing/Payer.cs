using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Who pays for a request.</summary>
/// <param name="Org">Owns the credit.</param>
/// <param name="Key">The API key that asked; its spend is counted apart.</param>
public sealed record Payer(OrgId Org, KeyId Key)
{
    /// <summary>The project that the key belongs to; empty: none.</summary>
    public string Project { get; init; } = "";

    /// <summary>A hash of the end user whom the caller named; empty: none.</summary>
    public string EndUser { get; init; } = "";

    /// <summary>Limits on spending below the organisation's credit, leaf to root.</summary>
    public IReadOnlyList<Allowance> Budgets { get; init; } = [];
}
