using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metadata;

/// <summary>Values of the state.</summary>
internal static class StorageValues
{
    /// <summary>What an item reads as, given the bytes in the state or null where there are none.</summary>
    /// <returns>The value; the default where nothing is stored, and null for an optional item.</returns>
    /// <exception cref="ScaleException">The bytes are not of the item's type, or a required value is missing.
    /// </exception>
    public static ScaleValue? Read(RuntimeMetadata metadata, string pallet, string item, byte[]? stored)
    {
        var entry = metadata.Storage(pallet, item);
        try
        {
            return (stored, entry.Modifier) switch
            {
                (not null, _) => metadata.Types.Decode(entry.Value, stored),
                (null, StorageModifier.Default) => metadata.Types.Decode(entry.Value, entry.Default.AsSpan()),
                (null, StorageModifier.Optional) => null,
                _ => throw new ScaleException(ScaleFault.ShortRead, "nothing is stored"),
            };
        }
        catch (ScaleException failure) when (failure.Within($"{pallet}.{item}"))
        {
            throw;
        }
    }
}
