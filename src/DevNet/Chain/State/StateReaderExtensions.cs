using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.State;

/// <summary>Items of a state by name.</summary>
internal static class StateReaderExtensions
{
    /// <summary>An item; its default, or null, where nothing is stored.</summary>
    public static ScaleValue? Read(
        this IStateReader state,
        RuntimeMetadata metadata,
        string pallet,
        string item,
        params ReadOnlySpan<ScaleValue> keys) =>
        StorageValues.Read(metadata, pallet, item, state.Find(StorageKeys.Of(metadata, pallet, item, keys)));
}
