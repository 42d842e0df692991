namespace Gateway.Billing;

/// <summary>When a budget starts anew, by UTC.</summary>
public enum BudgetPeriod
{
    /// <summary>At midnight.</summary>
    Day,

    /// <summary>On Monday at midnight (ISO 8601).</summary>
    Week,

    /// <summary>On the first of the month.</summary>
    Month,

    /// <summary>Never.</summary>
    Total,
}
