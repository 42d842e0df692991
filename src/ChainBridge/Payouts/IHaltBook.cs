namespace Gateway.ChainBridge.Payouts;

/// <summary>Where a wallet's halts are stored, and lifted by people. Members throw when the store cannot be reached.
/// </summary>
public interface IHaltBook
{
    /// <summary>All halts of a wallet that there ever were.</summary>
    public Task<IReadOnlyList<WalletHalt>> OfAsync(string wallet, CancellationToken cancellationToken);

    /// <summary>Stops a wallet until a person lifts it; told again it changes nothing.</summary>
    /// <param name="wallet">SS58.</param>
    /// <param name="cause">What happened, the same text for the same event.</param>
    /// <param name="reason">A sentence for the person who looks.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task HaltAsync(string wallet, string cause, string reason, CancellationToken cancellationToken);
}

/// <summary>Why a wallet stands still, or stood.</summary>
/// <param name="Cause">What happened.</param>
/// <param name="IsLifted">Whether a person let it go on.</param>
public readonly record struct WalletHalt(string Cause, bool IsLifted);
