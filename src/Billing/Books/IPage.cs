using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows that a run of records touches, loaded and locked; what the rule changes in them is written when it
/// is done.</summary>
internal interface IPage
{
    /// <summary>An organisation's credit; null when it has none.</summary>
    public AccountRow? Credit(OrgId org);

    /// <summary>A budget; null when it was never leased from.</summary>
    public AccountRow? Budget(string account);

    /// <summary>The incarnation's lease of credit; made when it has none.</summary>
    public LeaseRow CreditLease(OrgId org);

    /// <summary>The incarnation's lease of a budget; made when it has none.</summary>
    public LeaseRow BudgetLease(string account, OrgId org);

    /// <summary>A request is in the books: its row, its place in the statistics, its charge.</summary>
    public void Enter(UsageRecord record, Settlement settlement);

    /// <summary>A record was set aside and its organisation frozen.</summary>
    public void SetAside(Numbered record, OrgId org, string reason);
}

/// <summary>Who pays for an applied record.</summary>
internal enum Settlement
{
    /// <summary>The organisation.</summary>
    Settled,

    /// <summary>We do: its money had gone back.</summary>
    Uncollectible,
}
