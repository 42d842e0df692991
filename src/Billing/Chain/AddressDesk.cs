using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Deposit addresses: one belongs to one organisation for ever, and is in the books before anybody sees it.
/// All members throw <see cref="BillingUnavailableException"/> when the books cannot be reached.</summary>
public sealed class AddressDesk
{
    /// <summary>The most that an organisation may have: each is watched for ever.</summary>
    public const int MostPerOrganization = 1000;

    private readonly ILedgerStore _store;
    private readonly IDepositAddressSource? _source;

    internal AddressDesk(ILedgerStore store, IDepositAddressSource? source) => (_store, _source) = (store, source);

    /// <summary>Whether addresses can be made here.</summary>
    public bool CanAdd => _source?.Parent is not null;

    /// <summary>Gives the organisation a new address.</summary>
    /// <returns>Null when there is no parent, when all its places are given out (<see cref="StockAsync"/>), when the
    /// chain is not watched yet and a deposit could be overlooked, or when it has <see cref="MostPerOrganization"/>.
    /// </returns>
    public async Task<DepositAddress?> AddAsync(OrgId org, CancellationToken cancellationToken) =>
        (await AddAsync(org, onlyFirst: false, cancellationToken))?.Address;

    /// <summary>The organisation's newest address; its first is made where it has none, and then it is new.</summary>
    /// <returns>Null when there is none and none can be made.</returns>
    public async Task<(DepositAddress Address, bool IsNew)?> NewestAsync(
        OrgId org, CancellationToken cancellationToken) =>
        await ListAsync(org, cancellationToken) is [var newest, ..]
            ? (newest, false)
            : await AddAsync(org, onlyFirst: true, cancellationToken);

    /// <summary>The organisation's addresses, newest first. Each is computed again: one that somebody wrote into the
    /// store is not shown, for nobody could sweep it. Addresses of a former parent are not shown either; what arrives
    /// there is credited all the same.</summary>
    public async Task<IReadOnlyList<DepositAddress>> ListAsync(OrgId org, CancellationToken cancellationToken) =>
        [.. (await _store.ReadAsync(session => AddressSql.ListAsync(session, org), cancellationToken)).Where(IsOurs)];

    /// <summary>Addresses of all organisations in the order in which they were made, after one of them.</summary>
    /// <param name="number">The last one known already; 0: none.</param>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<DepositAddress>> ListAfterAsync(
        long number, int limit, CancellationToken cancellationToken) => await _store.ReadAsync(
            session => AddressSql.ListAfterAsync(session, number, limit), cancellationToken);

    /// <summary>How many addresses are left to give out, and of how many; null where none can be made.</summary>
    public async Task<AddressStock?> StockAsync(CancellationToken cancellationToken) =>
        _source is { Parent: { } parent, Count: var count }
            ? new(
                long.Max(0, count - await _store.ReadAsync(
                    session => AddressSql.NextAsync(session, parent), cancellationToken)),
                count)
            : null;

    private bool IsOurs(DepositAddress row) =>
        _source is { Parent: { } parent } source
        && row.Parent == parent
        && row.Address == source.AddressOf(parent, row.Place);

    private async Task<(DepositAddress Address, bool IsNew)?> AddAsync(
        OrgId org, bool onlyFirst, CancellationToken cancellationToken) =>
        _source is not { Parent: { } parent } source
            ? null
            : await _store.WriteAsync(
                async session =>
                {
                    await AddressSql.LockAsync(session);
                    var cursors = await ChainSql.CursorsAsync(session);
                    var known = await AddressSql.ListAsync(session, org);
                    if (onlyFirst && known.Find(IsOurs) is { } first)
                    {
                        return (first, false);
                    }

                    return cursors.Count > 0 && known.Count < MostPerOrganization
                        && await AddressSql.AddAsync(session, org, parent, source.AddressOf) is { } added
                            ? (added, true)
                            : ((DepositAddress, bool)?)null;
                },
                cancellationToken);
}
