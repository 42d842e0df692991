namespace Gateway.ChainBridge.Payouts;

/// <summary>A deposit address below the multisig that controls it.</summary>
/// <param name="Address">SS58.</param>
/// <param name="Place">Its place below the multisig, as <see cref="DepositTree"/> counts.</param>
public readonly record struct DepositPlace(string Address, long Place);

/// <summary>Knows the deposit addresses of a multisig.</summary>
public interface IDepositPlaces
{
    /// <summary>All of them, in any order.</summary>
    public Task<IReadOnlyList<DepositPlace>> ListAsync(string parent, CancellationToken cancellationToken);
}

/// <summary>What sweeping takes.</summary>
/// <param name="Places">The addresses.</param>
/// <param name="Signatories">All of the multisig, SS58.</param>
/// <param name="KeyFiles">The keys of two of them. With one alone the first word is given, and a person with another
/// key carries the sweep out.</param>
public sealed record SweepPorts(
    IDepositPlaces Places, IReadOnlyList<string> Signatories, IReadOnlyList<string> KeyFiles);
