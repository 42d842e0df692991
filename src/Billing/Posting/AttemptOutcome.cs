namespace Gateway.Billing;

/// <summary>How one call to one upstream ended.</summary>
public enum AttemptOutcome
{
    /// <summary>Its answer ended normally.</summary>
    Complete,

    /// <summary>It refused, broke off, or answered nonsense.</summary>
    Failed,

    /// <summary>We stopped it: the caller left, a limit was reached, or another was faster.</summary>
    Cancelled,
}
