using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What counts against spend limits, as the books have it. All members may be called by many threads, and
/// throw <see cref="BillingUnavailableException"/> when the books do not answer.</summary>
public sealed class Allowances
{
    private readonly ILedgerStore _store;
    private readonly Replica _replica;

    internal Allowances(ILedgerStore store, Replica replica) => (_store, _replica) = (store, replica);

    /// <summary>Lets an allowance that was just set count what was spent in its current period before it was in force.
    /// Requests that run at that moment count where they began. Repeating it changes nothing.</summary>
    /// <param name="org">The organisation.</param>
    /// <param name="allowance">Set already: callers of this process stand under it.</param>
    /// <param name="keys">Of a key's allowance: the keys that shared it before.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task CountAsync(
        OrgId org, Allowance allowance, IReadOnlyList<KeyId> keys, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        var name = NameOf(org, allowance);
        await _store.WriteAsync(
            async session =>
            {
                await AccountSql.OpenAsync(session, AccountName.Credit(org));
                await AccountSql.OpenAsync(session, name);
                await AccountSql.LockBudgetsAsync(session, [name.Account]);
                await PeriodSql.CountAsync(session, name, keys.Select(key => key.ToString()));
                return true;
            },
            cancellationToken);
    }

    /// <summary>What counts against an allowance in its current period: charges, not holds; zero when nobody used it
    /// yet.</summary>
    public async Task<NanoUsd> SpentAsync(OrgId org, Allowance allowance, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        var account = NameOf(org, allowance).Account;
        return await _store.ReadAsync(session => PeriodSql.SpentAsync(session, account), cancellationToken)
            ?? NanoUsd.Zero;
    }

    /// <summary>The same of many at once, in their order.</summary>
    public async Task<IReadOnlyList<NanoUsd>> SpentAsync(
        OrgId org, IReadOnlyList<Allowance> allowances, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        var accounts = allowances.Select(allowance => NameOf(org, allowance).Account).ToList();
        var known = await _store.ReadAsync(
            session => PeriodSql.SpentAsync(session, accounts), cancellationToken);
        return accounts.ConvertAll(account => known.GetValueOrDefault(account));
    }

    private AccountName NameOf(OrgId org, Allowance allowance) => LeaseBook.NameOf(org, allowance, _replica.Now);
}
