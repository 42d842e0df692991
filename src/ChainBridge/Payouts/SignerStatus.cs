using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>How a signer stands.</summary>
/// <param name="IsWorking">Whether its last round reached books and chain.</param>
/// <param name="Free">What the hot wallet held at the last look.</param>
/// <param name="Held">Orders that the books call ready and the signer does not pay.</param>
/// <param name="Halt">Why it signs nothing more until a person lifts it; null: it does not stand still.</param>
public sealed record SignerStatus(bool IsWorking, Rao Free, int Held, string? Halt);

/// <summary>What a signer reads from and tells to.</summary>
/// <param name="Queue">The books' payments.</param>
/// <param name="Halts">The stored halts.</param>
public sealed record SignerPorts(IPayoutQueue Queue, IHaltBook Halts)
{
    /// <summary>What sweeping takes; null: deposits stay where they are.</summary>
    public SweepPorts? Sweeps { get; init; }
}
