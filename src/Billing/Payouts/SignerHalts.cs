namespace Gateway.Billing;

/// <summary>The stored halts of the signer's wallets. All members throw <see cref="BillingUnavailableException"/> when
/// the books cannot be reached.</summary>
public sealed class SignerHalts
{
    private readonly ILedgerStore _store;

    internal SignerHalts(ILedgerStore store) => _store = store;

    /// <summary>Every halt there was, open ones first.</summary>
    public async Task<IReadOnlyList<SignerHalt>> ListAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(HaltSql.ListAsync, cancellationToken);

    /// <summary>Stops a wallet. Told again it changes nothing, also after it was lifted.</summary>
    /// <returns>Whether it is new.</returns>
    public Task<bool> HaltAsync(string wallet, string cause, string reason, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(wallet);
        ArgumentException.ThrowIfNullOrEmpty(cause);
        return _store.WriteAsync(session => HaltSql.AddAsync(session, wallet, cause, reason), cancellationToken);
    }

    /// <summary>A person's word that the wallet may sign again; recorded with its reason.</summary>
    /// <returns>False when there is no such halt, or it was lifted before.</returns>
    /// <exception cref="ArgumentException">No name or no reason.</exception>
    public Task<bool> LiftAsync(
        string wallet, string cause, string person, string because, CancellationToken cancellationToken)
    {
        var (name, reason) = (Person.Of(person), Person.Reason(because));
        return _store.WriteAsync(
            session => HaltSql.LiftAsync(session, (wallet, cause), name, reason), cancellationToken);
    }
}
