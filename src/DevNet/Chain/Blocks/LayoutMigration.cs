using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>Brings the state into the layout of a new runtime, at the beginning of the first block that runs under it.
/// </summary>
internal static class LayoutMigration
{
    /// <summary>Every item that both runtimes know is read by the old and written by the new one; what the new one
    /// lacks is removed, as is what it cannot hold.</summary>
    public static void Run(StateOverlay overlay, DevRuntime from, DevRuntime to)
    {
        foreach (var pallet in from.Metadata.Pallets)
        {
            foreach (var entry in pallet.Storage?.Entries ?? [])
            {
                MigrateItem(overlay, from.Metadata, to.Metadata, (pallet, entry));
            }
        }
    }

    private static void MigrateItem(
        StateOverlay overlay,
        RuntimeMetadata from,
        RuntimeMetadata to,
        (PalletMetadata Pallet, StorageEntry Entry) item)
    {
        var (pallet, old) = item;
        var target = to.FindStorage(pallet.Name, old.Name);
        foreach (var key in overlay.Keys(StorageKeys.Prefix(pallet.Storage!.Prefix, old.Name)).ToArray())
        {
            // Keys do not move between the runtimes at hand; an item that is keyed in another way is another item.
            var isSame = target is not null && target.Hashers.SequenceEqual(old.Hashers);
            overlay.Set(key, isSame ? Convert(from, old, to, target!, overlay.Find(key)!) : null);
        }
    }

    private static byte[]? Convert(
        RuntimeMetadata from, StorageEntry old, RuntimeMetadata to, StorageEntry target, byte[] stored)
    {
        try
        {
            return to.Types.Encode(target.Value, from.Types.Decode(old.Value, stored));
        }
        catch (ScaleException)
        {
            return null;
        }
    }
}
