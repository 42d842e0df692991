namespace Gateway.Api.Access;

/// <summary>What somebody may do: a row of the table in docs/api.md.</summary>
internal enum Act
{
    CallModels,
    ManageKeys,
    SetBudgets,
    SetRateLimits,
    SeeUsage,
    ManageMembers,
    ManageMoney,
    RequestRefund,
    ReadAudit,
    OwnOrganization,
}

/// <summary>How far an act reaches: a cell of the table.</summary>
internal enum Reach
{
    None,

    /// <summary>The whole organisation.</summary>
    All,

    /// <summary>The whole organisation, without changing anything.</summary>
    Read,

    /// <summary>What concerns money.</summary>
    MoneyRows,

    /// <summary>The caller's project.</summary>
    OwnProject,

    /// <summary>Keys of the caller's project, within what the project may spend.</summary>
    BelowProject,

    /// <summary>The caller's own keys.</summary>
    OwnKeys,
}
