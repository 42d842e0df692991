using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Whether a fresh snapshot may take the place of the one before it.</summary>
internal static class SnapshotRule
{
    // Nodes that agree on a head now may be this far behind those that agreed on the last one; no farther.
    private const long MostBehind = 100;

    /// <summary>Why the fresh one is held back, or null.</summary>
    /// <param name="before">The one it would replace; one far above the head was never true and holds nothing back.
    /// </param>
    /// <param name="fresh">The fresh one.</param>
    /// <param name="head">The height that enough nodes hold for final.</param>
    public static string? Problem(SubnetSnapshot? before, SubnetSnapshot fresh, long head) =>
        fresh.Block > head ? $"its block {fresh.Block} is above the finalized {head}"
        : Flaw(fresh) is { } flaw ? flaw
        : before is null || before.Block - MostBehind > head ? null
        : Against(before, fresh);

    /// <summary>What is wrong with one by itself: no state of a chain is so. Null: nothing.</summary>
    public static string? Flaw(SubnetSnapshot one) =>
        one.Block is < 0 or > uint.MaxValue ? $"its block {one.Block} is no block"
        : one.LastEpoch < 0 || one.LastEpoch > one.Block
            ? $"its last epoch, at {one.LastEpoch}, is not before its block {one.Block}"
        : one.Tempo is < 0 or > ushort.MaxValue ? $"its tempo is {one.Tempo}"
        : one.Neurons.Index().Any(neuron => neuron.Item.Uid != neuron.Index) ? "its uids are not 0, 1, 2 ..."
        : one.Neurons.Select(neuron => neuron.Hotkey).Distinct().Count() != one.Neurons.Count
            ? "a hotkey is there twice"
        : one.Neurons.FirstOrDefault(neuron => neuron.RegisteredAt < 0 || neuron.RegisteredAt > one.Block) is { } odd
            ? $"uid {odd.Uid} was registered at block {odd.RegisteredAt}"
        : null;

    private static string? Against(SubnetSnapshot before, SubnetSnapshot fresh) =>
        fresh.Block < before.Block || (fresh.Block == before.Block && fresh.BlockHash != before.BlockHash)
            ? $"its block {fresh.Block} is not newer than {before.Block}"
        : fresh.Neurons.Count == 0 && before.Neurons.Count > 0 ? "all its neurons are gone"
        : Gone(before, fresh) * 2 > before.Neurons.Count
            ? $"{Gone(before, fresh)} of {before.Neurons.Count} hotkeys changed at once"
        : null;

    private static int Gone(SubnetSnapshot before, SubnetSnapshot fresh)
    {
        var now = new HashSet<Hotkey>(fresh.Neurons.Select(neuron => neuron.Hotkey));
        return before.Neurons.Count(neuron => !now.Contains(neuron.Hotkey));
    }
}
