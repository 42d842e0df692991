using System.Security.Cryptography;
using System.Text;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Proof of reserves: a signed sum tree a day over what every organisation is owed. It proves to each that its
/// figure is counted; not that there are no other debts. All members may be called by many threads, and throw
/// <see cref="BillingUnavailableException"/> when the books do not answer.</summary>
public sealed class Reserves
{
    private readonly ILedgerStore _store;
    private readonly IReceiptSigner _signer;
    private readonly IReserveSecrets _secrets;

    internal Reserves(ILedgerStore store, IReceiptSigner signer, IReserveSecrets secrets) =>
        (_store, _signer, _secrets) = (store, signer, secrets);

    /// <summary>Refunds not yet paid, rows of organisation and rao; null: none.</summary>
    internal string? UnpaidRefunds { get; init; } = PayoutSql.UnpaidRefunds;

    /// <summary>Publishes today's tree, the day in UTC by the store's clock. False when today's was published before,
    /// by whichever process; then nothing changes.</summary>
    public async Task<bool> PublishAsync(CancellationToken cancellationToken)
    {
        var count = await _store.ReadSnapshotAsync(
            session => ReservesSql.CountAsync(session, UnpaidRefunds), cancellationToken);
        var secret = _secrets.SecretOf(count.Day);
        var leaves = count.Owed.ToDictionary(pair => pair.Key, pair => Leaf(secret, pair.Key, pair.Value));
        var tree = SumTree.Build(leaves.Values.Select(leaf => leaf.Node));
        var entries = leaves.Select(pair => new ReserveEntry(
            pair.Key, pair.Value.Node.Sum, pair.Value.Salt, SumPath.Write(tree.PathOf(pair.Value.Node)))).ToList();
        var signed = ReserveRoot.Sign(count, tree, _signer);
        return await _store.WriteAsync(
            session => ReservesSql.PublishAsync(session, count, tree.Root, signed, entries), cancellationToken);
    }

    /// <summary>Published days, newest first: each the signed object, UTF-8.</summary>
    /// <param name="limit">Above zero.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<ReadOnlyMemory<byte>>> ListAsync(int limit, CancellationToken cancellationToken)
    {
        var days = await _store.ReadAsync(session => ReservesSql.ListAsync(session, limit), cancellationToken);
        return [.. days.Select(signed => new ReadOnlyMemory<byte>(signed))];
    }

    /// <summary>An organisation's own document: leaf, salt, path and the signed root, JSON in UTF-8, as
    /// <see cref="ReservesCheck"/> takes it. Null when it had no account on that day or nothing was
    /// published.</summary>
    /// <param name="org">Whose leaf.</param>
    /// <param name="day">Null: the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string?> ProofAsync(OrgId org, DateOnly? day, CancellationToken cancellationToken) =>
        await _store.ReadAsync(session => ReservesSql.FindAsync(session, org, day), cancellationToken) is { } leaf
            ? ReserveRoot.Proof(org, leaf).ToJsonString()
            : null;

    /// <summary>Whether a day was published.</summary>
    internal Task<bool> IsPublishedAsync(DateOnly day, CancellationToken cancellationToken) =>
        _store.ReadAsync(session => ReservesSql.ExistsAsync(session, day), cancellationToken);

    // Salt = HMAC-SHA-256(day's secret, the organisation's public id).
    private static (byte[] Salt, SumNode Node) Leaf(byte[] secret, OrgId org, Rao owed)
    {
        var salt = HMACSHA256.HashData(secret, Encoding.ASCII.GetBytes(org.ToString()));
        return (salt, SumNode.Leaf(salt, org, owed));
    }
}
