using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Whether a fresh snapshot may take the place of the one before it.</summary>
internal static class SnapshotRule
{
    /// <summary>Why the fresh one is held back, or null.</summary>
    public static string? Problem(SubnetSnapshot? before, SubnetSnapshot fresh)
    {
        if (fresh.Neurons.Index().Any(one => one.Item.Uid != one.Index))
        {
            return "its uids are not 0, 1, 2 ...";
        }

        if (fresh.Neurons.Select(neuron => neuron.Hotkey).Distinct().Count() != fresh.Neurons.Count)
        {
            return "a hotkey is there twice";
        }

        return before is null ? null
            : fresh.Block < before.Block || (fresh.Block == before.Block && fresh.BlockHash != before.BlockHash)
                ? $"its block {fresh.Block} is not newer than {before.Block}"
            : fresh.Neurons.Count == 0 && before.Neurons.Count > 0 ? "all its neurons are gone"
            : Gone(before, fresh) * 2 > before.Neurons.Count
                ? $"{Gone(before, fresh)} of {before.Neurons.Count} hotkeys changed at once"
            : null;
    }

    private static int Gone(SubnetSnapshot before, SubnetSnapshot fresh)
    {
        var now = new HashSet<Hotkey>(fresh.Neurons.Select(neuron => neuron.Hotkey));
        return before.Neurons.Count(neuron => !now.Contains(neuron.Hotkey));
    }
}
