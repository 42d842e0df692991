using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Subnets;

/// <summary>The places of a subnet and who holds them (opentensor/subtensor, pallets/subtensor/src/subnets/uids.rs and
/// registration.rs).</summary>
internal sealed class NeuronBook(SubnetState state)
{
    /// <summary>The vectors of u16 and u64 with an element for each uid.</summary>
    public static readonly string[] NumberVectors =
    [
        "Rank", "Trust", "Consensus", "Incentive", "Dividends", "Emission", "PruningScores", "ValidatorTrust",
    ];

    /// <summary>Makes a hotkey known with its owner; a known one keeps the owner it has.</summary>
    /// <returns>Whether it is the owner's now.</returns>
    public bool Associate(AccountId coldkey, AccountId hotkey)
    {
        if (state.OwnerOf(hotkey) is { } owner)
        {
            return owner == coldkey;
        }

        state.Set("Owner", coldkey.ToValue(), hotkey.ToValue());
        Append("OwnedHotkeys", coldkey, hotkey);
        Append("StakingHotkeys", coldkey, hotkey);
        return true;
    }

    /// <summary>Gives a hotkey a uid: the next one, or when the subnet is full that of its worst neuron.</summary>
    public ushort Register(ushort netuid, AccountId hotkey, ulong block)
    {
        var count = state.Count(netuid);
        if (count < state.Number("MaxAllowedUids", SubnetState.Key(netuid)))
        {
            Extend(netuid, count, block);
            Seat(netuid, count, hotkey, block);
            return count;
        }

        var uid = Worst(netuid, count, block);
        Vacate(netuid, uid, block);
        Seat(netuid, uid, hotkey, block);
        return uid;
    }

    /// <summary>Writes who holds a uid.</summary>
    public void Seat(ushort netuid, ushort uid, AccountId hotkey, ulong block)
    {
        var (net, place) = (SubnetState.Key(netuid), SubnetState.Key(uid));
        state.Set("Keys", hotkey.ToValue(), net, place);
        state.Set("Uids", uid, net, hotkey.ToValue());
        state.Set("BlockAtRegistration", block, net, place);
        state.Set("IsNetworkMember", ScaleValue.Of(true), hotkey.ToValue(), net);
    }

    private void Extend(ushort netuid, ushort count, ulong block)
    {
        state.Set("SubnetworkN", (ulong)count + 1, SubnetState.Key(netuid));
        foreach (var vector in NumberVectors)
        {
            state.Set(vector, netuid, state.Numbers(vector, netuid).Append(0UL));
        }

        state.Set("LastUpdate", netuid, state.Numbers("LastUpdate", netuid).Append(block));
        state.Set("Active", netuid, state.Flags("Active", netuid).Append(true));
        state.Set("ValidatorPermit", netuid, state.Flags("ValidatorPermit", netuid).Append(false));
    }

    // Nothing of the one who leaves stays for the one who comes.
    private void Vacate(ushort netuid, ushort uid, ulong block)
    {
        var old = state.HotkeyOf(netuid, uid);
        var net = SubnetState.Key(netuid);
        state.Remove("Uids", net, old.ToValue());
        state.Remove("IsNetworkMember", old.ToValue(), net);
        state.Remove("Axons", net, old.ToValue());
        state.Remove("Weights", net, SubnetState.Key(uid));
        state.Remove("Bonds", net, SubnetState.Key(uid));
        foreach (var vector in NumberVectors)
        {
            Put(vector, netuid, uid, 0);
        }

        Put("LastUpdate", netuid, uid, block);
        var permits = state.Flags("ValidatorPermit", netuid);
        permits[uid] = false;
        state.Set("ValidatorPermit", netuid, permits);
    }

    private void Put(string vector, ushort netuid, ushort uid, ulong value)
    {
        var numbers = state.Numbers(vector, netuid);
        numbers[uid] = value;
        state.Set(vector, netuid, numbers);
    }

    // The lowest pruning score, then the earliest registration; the immune only when all are.
    private ushort Worst(ushort netuid, ushort count, ulong block)
    {
        var scores = state.Numbers("PruningScores", netuid);
        var immunity = state.Number("ImmunityPeriod", SubnetState.Key(netuid));
        return Enumerable.Range(0, count)
            .Select(uid => (Uid: (ushort)uid, Since: RegisteredAt(netuid, (ushort)uid)))
            .OrderBy(one => block - one.Since < immunity)
            .ThenBy(one => scores[one.Uid])
            .ThenBy(one => one.Since)
            .ThenBy(one => one.Uid)
            .First().Uid;
    }

    private ulong RegisteredAt(ushort netuid, ushort uid) =>
        state.Number("BlockAtRegistration", SubnetState.Key(netuid), SubnetState.Key(uid));

    private void Append(string item, AccountId owner, AccountId hotkey)
    {
        if (state.Has(item))
        {
            var hotkeys = state.Find(item, owner.ToValue())!.Items;
            state.Set(item, ScaleValue.ListOf([.. hotkeys, hotkey.ToValue()]), owner.ToValue());
        }
    }
}
