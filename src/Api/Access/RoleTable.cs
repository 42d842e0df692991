namespace Gateway.Api.Access;

/// <summary>Who may do what: the only place that says so. docs/api.md shows the same table, and a test compares
/// them.</summary>
internal static class RoleTable
{
    private const Reach Y = Reach.All;
    private const Reach No = Reach.None;

    /// <summary>The columns stand in the order of <see cref="Role"/>.</summary>
    private static readonly Dictionary<Act, Reach[]> Rows = new()
    {
        [Act.CallModels] = [Y, Y, No, No, No, Y, Y],
        [Act.ManageKeys] = [Y, Y, No, No, No, Reach.OwnProject, No],
        [Act.SetBudgets] = [Y, Y, Y, No, No, Reach.BelowProject, No],
        [Act.SetRateLimits] = [Y, Y, No, No, No, Reach.BelowProject, No],
        [Act.SeeUsage] = [Y, Y, Y, Y, Reach.OwnProject, Reach.OwnProject, Reach.OwnKeys],
        [Act.ManageMembers] = [Y, Y, No, No, No, No, No],
        [Act.ManageMoney] = [Y, Y, Y, Reach.Read, No, No, No],
        [Act.RequestRefund] = [Y, No, Y, No, No, No, No],
        [Act.ReadAudit] = [Y, Y, Reach.MoneyRows, Y, No, Reach.OwnProject, No],
        [Act.OwnOrganization] = [Y, No, No, No, No, No, No],
    };

    public static Reach Of(Role role, Act act) => Rows[act][(int)role];
}
