using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Weights;

/// <summary>The calls by which a validator's hotkey speaks of miners: in the open, or committed to first and revealed
/// an epoch later with the same salt.</summary>
internal static class WeightCalls
{
    private const string Pallet = "SubtensorModule";

    /// <exception cref="RuntimeDriftException">The runtime sets weights in another way.</exception>
    public static ScaleValue.Case Set(
        RuntimeMetadata metadata, ushort netuid, WeightSet weights, ulong versionKey) => RuntimeCall.Of(
            metadata, Pallet, "set_weights",
            ("netuid", ScaleValue.Of((UInt128)netuid)),
            ("dests", ListOf(weights.Uids)),
            ("weights", ListOf(weights.Values)),
            ("version_key", ScaleValue.Of(versionKey)));

    /// <summary>Commits to weights without telling them.</summary>
    /// <inheritdoc cref="Set" path="/exception"/>
    public static ScaleValue.Case Commit(RuntimeMetadata metadata, ushort netuid, Hash256 commitment) =>
        RuntimeCall.Of(
            metadata, Pallet, "commit_weights",
            ("netuid", ScaleValue.Of((UInt128)netuid)),
            ("commit_hash", ScaleValue.Of(commitment.Bytes)));

    /// <summary>Tells what was committed to.</summary>
    /// <inheritdoc cref="Set" path="/exception"/>
    public static ScaleValue.Case Reveal(
        RuntimeMetadata metadata, ushort netuid, WeightsCommitment commitment) => RuntimeCall.Of(
            metadata, Pallet, "reveal_weights",
            ("netuid", ScaleValue.Of((UInt128)netuid)),
            ("uids", ListOf(commitment.Uids)),
            ("values", ListOf(commitment.Values)),
            ("salt", ListOf(commitment.Salt)),
            ("version_key", ScaleValue.Of(commitment.VersionKey)));

    private static ScaleValue.List ListOf(IEnumerable<ushort> numbers) =>
        ScaleValue.ListOf([.. numbers.Select(number => ScaleValue.Of((UInt128)number))]);
}
