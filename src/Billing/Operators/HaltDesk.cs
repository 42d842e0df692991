namespace Gateway.Billing;

/// <summary>Everything that stands still until a person has looked, in one list: the chain's deposits, all payouts, and
/// the signer's wallets. All members throw <see cref="BillingUnavailableException"/> when the books cannot be reached.
/// </summary>
public sealed class HaltDesk
{
    private const char Mark = '/';

    private readonly ILedgerStore _store;

    internal HaltDesk(ILedgerStore store) => _store = store;

    /// <summary>What stands still, the longest first.</summary>
    public async Task<IReadOnlyList<OpenHalt>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await _store.ReadAsync(ListAsync, cancellationToken)).OrderBy(halt => halt.At)];

    /// <summary>A person's word that the cause is found, recorded with its reason. Where it is still there, it halts
    /// again, under a new name.</summary>
    /// <param name="id">As <see cref="ListAsync(CancellationToken)"/> names it.</param>
    /// <param name="person">Who.</param>
    /// <param name="because">Why.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    /// <returns>What was lifted; null when nothing of that name stands still.</returns>
    /// <exception cref="ArgumentException">No person or no reason.</exception>
    public Task<OpenHalt?> LiftAsync(string id, string person, string because, CancellationToken cancellationToken)
    {
        var (name, reason) = (Person.Of(person), Person.Reason(because));
        return _store.WriteAsync(
            async session =>
            {
                var open = (await ListAsync(session)).Find(halt => halt.Id == id);
                return open is not null && await LiftAsync(session, open, name, reason) ? open : null;
            },
            cancellationToken);
    }

    private static async Task<List<OpenHalt>> ListAsync(SqlSession session) =>
    [
        .. await ChainSql.OpenAsync(session),
        .. (await HaltSql.ListAsync(session)).Where(halt => !halt.IsLifted).Select(halt =>
            new OpenHalt($"{halt.Wallet}{Mark}{halt.Cause}", HaltKind.Wallet, halt.Wallet, halt.At, halt.Reason)),
    ];

    private static Task<bool> LiftAsync(SqlSession session, OpenHalt halt, string person, string because) =>
        halt.Stops == HaltKind.Wallet
            ? HaltSql.LiftAsync(session, (halt.Of, halt.Id[(halt.Of.Length + 1)..]), person, because)
            : ChainSql.LiftAsync(session, halt.Id, person, because);
}
