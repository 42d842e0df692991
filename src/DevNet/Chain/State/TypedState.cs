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

    public void Remove(string pallet, string item, params ReadOnlySpan<ScaleValue> keys) =>
        overlay.Set(StorageKeys.Of(metadata, pallet, item, keys), null);
}
