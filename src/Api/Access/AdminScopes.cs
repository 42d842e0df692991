namespace Gateway.Api.Access;

/// <summary>What an admin key may do. One with all scopes may do what an owner may.</summary>
[Flags]
internal enum AdminScopes
{
    None = 0,

    /// <summary><c>keys.manage</c>: projects, keys, service accounts, webhooks, rate limits.</summary>
    KeysManage = 1,

    /// <summary><c>members.manage</c>: users, invites, roles.</summary>
    MembersManage = 2,

    /// <summary><c>billing.read</c>: usage, costs, deposits, invoices, refunds, and the log of these.</summary>
    BillingRead = 4,

    /// <summary><c>billing.manage</c>: the same, and budgets, deposit addresses, refunds.</summary>
    BillingManage = 8,
}

/// <summary>Words that stand for scopes in the store and in the API, and what they open.</summary>
internal static class AdminScopesText
{
    public const AdminScopes All =
        AdminScopes.KeysManage | AdminScopes.MembersManage | AdminScopes.BillingRead | AdminScopes.BillingManage;

    private static readonly (AdminScopes Scope, string Name)[] Names =
    [
        (AdminScopes.KeysManage, "keys.manage"), (AdminScopes.MembersManage, "members.manage"),
        (AdminScopes.BillingRead, "billing.read"), (AdminScopes.BillingManage, "billing.manage"),
    ];

    private static readonly (AdminScopes Scope, Act Act, Reach Reach)[] Opened =
    [
        (AdminScopes.KeysManage, Act.ManageKeys, Reach.All),
        (AdminScopes.KeysManage, Act.SetRateLimits, Reach.All),
        (AdminScopes.MembersManage, Act.ManageMembers, Reach.All),
        (AdminScopes.BillingManage, Act.SetBudgets, Reach.All),
        (AdminScopes.BillingManage, Act.ManageMoney, Reach.All),
        (AdminScopes.BillingManage, Act.RequestRefund, Reach.All),
        (AdminScopes.BillingManage, Act.SeeUsage, Reach.All),
        (AdminScopes.BillingManage, Act.ReadAudit, Reach.MoneyRows),
        (AdminScopes.BillingRead, Act.ManageMoney, Reach.Read),
        (AdminScopes.BillingRead, Act.SeeUsage, Reach.All),
        (AdminScopes.BillingRead, Act.ReadAudit, Reach.MoneyRows),
    ];

    /// <summary>All names, for messages.</summary>
    public static string Allowed => string.Join(", ", Names.Select(pair => pair.Name));

    public static AdminScopes? One(string name) =>
        Names.FirstOrDefault(pair => pair.Name == name).Scope is var scope and not AdminScopes.None ? scope : null;

    public static IEnumerable<string> ToNames(this AdminScopes scopes) =>
        from pair in Names
        where (scopes & pair.Scope) != 0
        select pair.Name;

    public static string ToText(this AdminScopes scopes) => string.Join(' ', scopes.ToNames());

    public static AdminScopes Parse(string text) => text
        .Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(AdminScopes.None, (all, name) => all | One(name).GetValueOrDefault());

    /// <summary>How far an act reaches with these scopes; of several that open it the first counts, which reaches
    /// furthest.</summary>
    public static Reach Of(AdminScopes scopes, Act act) => scopes == All
        ? RoleTable.Of(Role.Owner, act)
        : Opened.FirstOrDefault(row => row.Act == act && (scopes & row.Scope) != 0).Reach;
}
