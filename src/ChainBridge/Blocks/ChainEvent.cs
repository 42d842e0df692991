using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Blocks;

/// <summary>One record of System.Events.</summary>
/// <param name="Index">Its position in the block's events, from 0; with the block's hash it names the event.</param>
/// <param name="Phase">When it happened.</param>
/// <param name="Extrinsic">The extrinsic's position in the block, while one ran; null otherwise.</param>
/// <param name="Pallet">Such as Balances.</param>
/// <param name="Value">The event's name and fields.</param>
internal sealed record ChainEvent(
    int Index, EventPhase Phase, uint? Extrinsic, string Pallet, ScaleValue.Case Value)
{
    public string Name => Value.Name;

    /// <summary>A field by its name.</summary>
    public ScaleValue this[string field] => Value[field];

    public bool Is(string pallet, string name) => Pallet == pallet && Value.Name == name;
}
