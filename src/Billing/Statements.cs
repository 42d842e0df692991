using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What an organisation may read of its money. All members may be called by many threads, and throw
/// <see cref="BillingUnavailableException"/> when the books cannot be read.</summary>
public sealed partial class Statements
{
    private readonly ILedgerStore _store;
    private readonly Replica _replica;
    private readonly IReceiptSigner _signer;
    private readonly IRouteHashes? _routes;

    internal Statements(
        ILedgerStore store, Replica replica, IReceiptSigner signer, IRouteHashes? routes = null) =>
        (_store, _replica, _signer, _routes) = (store, replica, signer, routes);

    /// <summary>The organisation's credit; all zero when it never had any. What other replicas' requests hold is at
    /// most a second old; what is leased and not held is available.</summary>
    public async Task<Balance> BalanceAsync(OrgId org, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        string[] own = [.. _replica.Own];
        var (balance, refunding, elsewhere) = await _store.ReadAsync(
            async session => (
                await AccountSql.ReadAsync(session, org),
                await PayoutSql.UnpaidCreditAsync(session, org),
                await LeaseSql.HeldElsewhereAsync(session, org, own)),
            cancellationToken);
        var leased = balance.Held;
        var held = NanoUsd.Min(leased, _replica.HeldOf(org) + elsewhere);
        return balance with
        {
            Held = held,
            Available = balance.Available + (leased - held),
            Refunding = refunding,
            Refunded = balance.Refunded - refunding,
        };
    }

    /// <summary>What requests with this key were charged.</summary>
    public async Task<NanoUsd> SpentByKeyAsync(KeyId key, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        return await _store.ReadAsync(session => AccountSql.SpentByKeyAsync(session, key), cancellationToken);
    }

    /// <summary>The receipt of a settled request: one flat JSON object in UTF-8, signed when it is first read and the
    /// same bytes ever after. Null when there is none or it is another organisation's.</summary>
    public async Task<ReadOnlyMemory<byte>?> ReceiptAsync(
        OrgId org, RequestId request, CancellationToken cancellationToken)
    {
        await _replica.FlushAsync();
        var row = await ReadAsync(org, request, cancellationToken);
        if (row is { Signed: null })
        {
            var route = _routes is null ? null : await _routes.OfAsync(org, request, cancellationToken);
            var receipt = Receipt.Sign(row with { RouteHash = route }, org, request, _signer);
            await _store.WriteAsync(
                session => UsageSql.StoreReceiptAsync(session, org, request, receipt), cancellationToken);
            row = await ReadAsync(org, request, cancellationToken);
        }

        // Not a conditional expression: there null would become an empty memory, by way of byte[].
        if (row?.Signed is not { } signed)
        {
            return null;
        }

        return signed;
    }

    /// <summary>Whether the books can be read now and admit changes; for readiness.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _store.ReadAsync(session => AccountSql.ReadAsync(session, default), cancellationToken);
            return _store.CanWrite && !_replica.HasFailed;
        }
        catch (BillingUnavailableException)
        {
            return false;
        }
    }

    private Task<ReceiptRow?> ReadAsync(OrgId org, RequestId request, CancellationToken cancellationToken) =>
        _store.ReadAsync(session => UsageSql.ReadAsync(session, org, request), cancellationToken);
}
