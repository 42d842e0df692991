using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>Items of SubtensorModule by name and subnet, with the shapes they have in the runtimes at hand. Items that
/// a runtime lacks read as absent and are not written: before dynamic TAO there were fewer.</summary>
internal sealed class SubnetState(TypedState state)
{
    /// <summary>The pallet of all of it.</summary>
    public const string Pallet = "SubtensorModule";

    /// <summary>The root network.</summary>
    public const ushort Root = 0;

    /// <summary>Whether subnets have tokens and pools of their own: since dynamic TAO.</summary>
    public bool HasAlpha => state.Has(Pallet, "SubnetTAO");

    public bool Has(string item) => state.Has(Pallet, item);

    public ScaleValue? Find(string item, params ReadOnlySpan<ScaleValue> keys) => state.Find(Pallet, item, keys);

    public ulong Number(string item, params ReadOnlySpan<ScaleValue> keys) =>
        state.Get(Pallet, item, keys).ToUInt64();

    public bool Flag(string item, params ReadOnlySpan<ScaleValue> keys) => state.Get(Pallet, item, keys).ToBoolean();

    public void Set(string item, ScaleValue value, params ReadOnlySpan<ScaleValue> keys)
    {
        if (Has(item))
        {
            state.Set(Pallet, item, value, keys);
        }
    }

    public void Set(string item, ulong value, params ReadOnlySpan<ScaleValue> keys) =>
        Set(item, ScaleValue.Of(value), keys);

    public void Remove(string item, params ReadOnlySpan<ScaleValue> keys)
    {
        if (Has(item))
        {
            state.Remove(Pallet, item, keys);
        }
    }

    /// <summary>A vector by uid.</summary>
    public ulong[] Numbers(string item, ushort netuid) =>
        [.. state.Get(Pallet, item, Key(netuid)).Items.Select(one => one.ToUInt64())];

    public bool[] Flags(string item, ushort netuid) =>
        [.. state.Get(Pallet, item, Key(netuid)).Items.Select(one => one.ToBoolean())];

    public void Set(string item, ushort netuid, IEnumerable<ulong> vector) =>
        Set(item, ScaleValue.ListOf([.. vector.Select(one => (ScaleValue)ScaleValue.Of(one))]), Key(netuid));

    public void Set(string item, ushort netuid, IEnumerable<bool> vector) =>
        Set(item, ScaleValue.ListOf([.. vector.Select(one => (ScaleValue)ScaleValue.Of(one))]), Key(netuid));

    /// <summary>Pairs of uid and value, such as a row of Weights.</summary>
    public (ushort Uid, ushort Value)[] Pairs(string item, ushort netuid, int uid) =>
    [
        .. state.Get(Pallet, item, Key(netuid), Key((ushort)uid)).Items
            .Select(pair => (pair[0].ToUInt16(), pair[1].ToUInt16())),
    ];

    public void Set(string item, ushort netuid, int uid, IEnumerable<(ushort Uid, ushort Value)> pairs) => Set(
        item,
        ScaleValue.ListOf([.. pairs.Select(pair =>
            (ScaleValue)ScaleValue.ListOf(ScaleValue.Of(pair.Uid), ScaleValue.Of(pair.Value)))]),
        Key(netuid),
        Key((ushort)uid));

    /// <summary>All subnets, the root network among them, in order.</summary>
    public ushort[] Networks() =>
        [.. state.KeysOf(Pallet, "NetworksAdded").Select(parts => parts[0]!.ToUInt16()).Where(Exists).Order()];

    public bool Exists(ushort netuid) => Flag("NetworksAdded", Key(netuid));

    public ushort Count(ushort netuid) => (ushort)Number("SubnetworkN", Key(netuid));

    /// <summary>The uid of a hotkey, or null where it is not registered.</summary>
    public ushort? UidOf(ushort netuid, AccountId hotkey) =>
        Find("Uids", Key(netuid), hotkey.ToValue())?.ToUInt16();

    /// <summary>Who holds a uid that is below the subnet's count.</summary>
    public AccountId HotkeyOf(ushort netuid, int uid) =>
        AccountId.Of(state.Get(Pallet, "Keys", Key(netuid), Key((ushort)uid)));

    /// <summary>Who owns a hotkey; null for a key the chain has not met.</summary>
    public AccountId? OwnerOf(AccountId hotkey)
    {
        var owner = AccountId.Of(state.Get(Pallet, "Owner", hotkey.ToValue()));
        return owner == default ? null : owner;
    }

    public static ScaleValue Key(ushort number) => ScaleValue.Of(number);
}
