using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.State;

/// <summary>Storage items by name, under the real keys and in the real layout of a runtime.</summary>
internal sealed class TypedState(RuntimeMetadata metadata, StateOverlay overlay)
{
    /// <summary>An item; its default, or null, where nothing is stored.</summary>
    public ScaleValue? Find(string pallet, string item, params ReadOnlySpan<ScaleValue> keys) =>
        overlay.Read(metadata, pallet, item, keys);

    /// <summary>An item that has a default.</summary>
    public ScaleValue Get(string pallet, string item, params ReadOnlySpan<ScaleValue> keys) =>
        Find(pallet, item, keys) ?? throw new InvalidOperationException($"{pallet}.{item} has no default.");

    public void Set(string pallet, string item, ScaleValue value, params ReadOnlySpan<ScaleValue> keys) =>
        overlay.Set(
            StorageKeys.Of(metadata, pallet, item, keys),
            metadata.Types.Encode(metadata.Storage(pallet, item).Value, value));

    /// <summary>Whether the runtime knows the item at all.</summary>
    public bool Has(string pallet, string item) => metadata.FindStorage(pallet, item) is not null;

    /// <summary>The readable parts of the keys of all that is stored under an item, in the order of the raw keys.
    /// </summary>
    public IEnumerable<ScaleValue?[]> KeysOf(string pallet, string item) => overlay
        .Keys(StorageKeys.Of(metadata, pallet, item))
        .Select(key => StorageKeys.Parts(metadata, pallet, item, key));

    public void Remove(string pallet, string item, params ReadOnlySpan<ScaleValue> keys) =>
        overlay.Set(StorageKeys.Of(metadata, pallet, item, keys), null);
}
