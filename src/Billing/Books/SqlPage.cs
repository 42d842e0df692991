using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rows of one push in a transaction: loaded and locked at once, written back at the end.</summary>
internal sealed class SqlPage : IPage
{
    private readonly Dictionary<string, AccountRow> _accounts;
    private readonly Dictionary<string, LeaseRow> _leases;
    private readonly Dictionary<OrgId, string> _names;
    private readonly List<(UsageRecord Record, Settlement Settlement)> _records = [];
    private readonly List<(Numbered Record, OrgId Org, string Reason)> _aside = [];
    private readonly PushTotals _totals = new();

    private SqlPage(
        Dictionary<string, AccountRow> accounts,
        Dictionary<string, LeaseRow> leases,
        Dictionary<OrgId, string> names) =>
        (_accounts, _leases, _names) = (accounts, leases, names);

    /// <summary>Credit and budgets of this run of which unused money should come back.</summary>
    internal List<string> Pressed => [.. _accounts.Values.Where(row => row.IsPressed).Select(row => row.Account)];

    /// <summary>Organisations of this run that are frozen.</summary>
    internal List<string> Frozen => [.. Credits.Where(row => row.IsFrozen).Select(row => row.Account)];

    private IEnumerable<AccountRow> Credits => _accounts.Values.Where(row => row.Cap is null);

    internal static async Task<SqlPage> LoadAsync(SqlSession session, PushOrder order)
    {
        var names = new Dictionary<OrgId, string>();
        var budgets = new HashSet<string>();
        foreach (var (_, entry) in order.Records)
        {
            Collect(entry, names, budgets);
        }

        var accounts = await LockCreditsAsync(session, names.Values);
        if (budgets.Count > 0)
        {
            accounts.AddRange(await AccountSql.LockBudgetsAsync(session, budgets));
        }

        var leases = await LeaseSql.ReadAsync(session, order.Incarnation, names.Values.Concat(budgets));
        return new(accounts.ToDictionary(row => row.Account), leases.ToDictionary(row => row.Account), names);
    }

    // A free request may be the first that the books hear of an organisation.
    private static async Task<List<AccountRow>> LockCreditsAsync(
        SqlSession session, Dictionary<OrgId, string>.ValueCollection orgs)
    {
        var known = await AccountSql.LockCreditsAsync(session, orgs);
        if (known.Count == orgs.Count)
        {
            return known;
        }

        foreach (var org in orgs)
        {
            await session.ExecuteAsync(AccountSql.Open, ("org", org));
        }

        return await AccountSql.LockCreditsAsync(session, orgs);
    }

    public AccountRow? Credit(OrgId org) => _accounts.GetValueOrDefault(_names[org]);

    public AccountRow? Budget(string account) => _accounts.GetValueOrDefault(account);

    public LeaseRow CreditLease(OrgId org) => Lease(_names[org], _names[org]);

    public LeaseRow BudgetLease(string account, OrgId org) => Lease(account, _names[org]);

    public void Enter(UsageRecord record, Settlement settlement)
    {
        _records.Add((record, settlement));
        _totals.Add(record, settlement);
    }

    public void SetAside(Numbered record, OrgId org, string reason) => _aside.Add((record, org, reason));

    internal async Task SaveAsync(SqlSession session, PushOrder order)
    {
        foreach (var account in _accounts.Values)
        {
            await AccountSql.SaveAsync(session, account);
        }

        foreach (var lease in _leases.Values)
        {
            await LeaseSql.SaveAsync(session, order.Incarnation, lease);
        }

        await UsageSql.InsertAsync(session, order.Incarnation, _records);
        await LineSql.InsertAsync(session, _records);
        await RollSql.AddAsync(session, _records);
        await PushSql.PostAsync(session, order, _totals);
        foreach (var (record, org, reason) in _aside)
        {
            await QuarantineSql.InsertAsync(session, order.Incarnation, record, org, reason);
        }
    }

    private LeaseRow Lease(string account, string org)
    {
        if (!_leases.TryGetValue(account, out var lease))
        {
            lease = new() { Account = account, Org = org };
            _leases.Add(account, lease);
        }

        return lease;
    }

    private static void Collect(JournalEntry entry, Dictionary<OrgId, string> names, HashSet<string> budgets)
    {
        if (entry is JournalEntry.Settle { Record: var record })
        {
            if (!names.ContainsKey(record.Payer.Org))
            {
                names.Add(record.Payer.Org, record.Payer.Org.ToString());
            }

            budgets.UnionWith(record.Budgets);
        }
        else if (entry is JournalEntry.LeaseMoved moved && OrgId.TryParse(moved.Org, out var org))
        {
            names.TryAdd(org, moved.Org);
            if (moved.Account != moved.Org)
            {
                budgets.Add(moved.Account);
            }
        }
    }
}
