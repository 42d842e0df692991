namespace Gateway.Billing;

/// <summary>The level of a budget, from the leaf to the root.</summary>
public enum BudgetKind
{
    /// <summary>One end user of the caller.</summary>
    EndUser,

    /// <summary>One API key.</summary>
    Key,

    /// <summary>One project.</summary>
    Project,

    /// <summary>The whole organisation.</summary>
    Organization,
}
