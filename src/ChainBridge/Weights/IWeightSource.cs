using Gateway.Core;

namespace Gateway.ChainBridge.Weights;

/// <summary>Whose word a validator's weights are. The setter invents nothing: it says on the chain what it is told
/// here, and nothing where it is told nothing.</summary>
public interface IWeightSource
{
    /// <summary>What miners of a subnet are worth now. Asked once an epoch, when the chain would take an answer.
    /// </summary>
    /// <returns>Empty: nothing to say, and nothing is set.</returns>
    public Task<IReadOnlyList<MinerWeight>> WeighAsync(NetUid netUid, CancellationToken cancellationToken);
}

/// <summary>What a miner is worth. A place may have gone to another since it was judged, so the miner is named by key
/// and registration, and left out when it is not there any more.</summary>
/// <param name="Hotkey">Who.</param>
/// <param name="RegisteredAt">The block of its registration.</param>
/// <param name="Weight">0 or more, in any unit; the largest of a subnet becomes 65535.</param>
public readonly record struct MinerWeight(Hotkey Hotkey, long RegisteredAt, long Weight);
