namespace Gateway.DevNet.Chain.Subnets;

/// <summary>What happens in every subnet at the beginning of every block: counters, and where one is due the epoch
/// (opentensor/subtensor at spec 224, coinbase/block_step.rs and run_coinbase.rs). A subnet mints one alpha a block,
/// half for miners and half for validators; what the network mints for pools, owners and the root is left out.
/// </summary>
internal static class EpochRunner
{
    private const ulong AlphaPerBlock = 1_000_000_000;

    // The sum of 64 bits behind the point in TaoWeight.
    private const double TaoWeightScale = 18446744073709551616d;

    public static void Step(SubnetState state, ulong block)
    {
        foreach (var netuid in state.Networks())
        {
            var net = SubnetState.Key(netuid);
            ResetCounters(state, netuid, block);
            var clock = new SubnetClock(netuid, state.Number("Tempo", net));
            var since = state.Number("BlocksSinceLastStep", net) + 1;
            var runs = netuid != SubnetState.Root && clock.RunsAt(block);
            state.Set("BlocksSinceLastStep", runs ? 0 : since, net);
            if (runs)
            {
                state.Set("LastMechansimStepBlock", block, net);
                Run(state, netuid, block, since * AlphaPerBlock);
            }
        }
    }

    private static void ResetCounters(SubnetState state, ushort netuid, ulong block)
    {
        var net = SubnetState.Key(netuid);
        if (state.Number("RegistrationsThisBlock", net) > 0)
        {
            state.Set("RegistrationsThisBlock", 0, net);
        }

        if (block - state.Number("LastAdjustmentBlock", net) >= state.Number("AdjustmentInterval", net))
        {
            state.Set("LastAdjustmentBlock", block, net);
            state.Set("RegistrationsThisInterval", 0, net);
            state.Set("BurnRegistrationsThisInterval", 0, net);
        }
    }

    private static void Run(SubnetState state, ushort netuid, ulong block, ulong alpha)
    {
        var count = state.Count(netuid);
        if (count == 0)
        {
            return;
        }

        var input = Read(state, netuid, block);
        var result = YumaEpoch.Run(input);
        var permits = NewPermits(state, netuid, input.Stake);
        Write(state, netuid, result, input.Active, alpha);
        for (var uid = 0; uid < count; uid++)
        {
            WriteBonds(state, netuid, uid, permits[uid], input.Permits[uid], result.Bonds[uid]);
        }

        state.Set("ValidatorPermit", netuid, permits);
        Pay(state, netuid, result, alpha);
    }

    private static YumaInput Read(SubnetState state, ushort netuid, ulong block)
    {
        var (net, count) = (SubnetState.Key(netuid), state.Count(netuid));
        var updates = state.Numbers("LastUpdate", netuid);
        var registered = Enumerable.Range(0, count)
            .Select(uid => state.Number("BlockAtRegistration", net, SubnetState.Key((ushort)uid))).ToArray();
        var cutoff = state.Number("ActivityCutoff", net);
        return new YumaInput(
            [.. Enumerable.Range(0, count).Select(uid => StakeOf(state, netuid, uid))],
            state.Flags("ValidatorPermit", netuid),
            [.. updates.Select(update => update + cutoff >= block)],
            Rows(state, "Weights", netuid, updates, registered),
            Rows(state, "Bonds", netuid, updates, registered))
        {
            Kappa = state.Number("Kappa", net) / (double)ushort.MaxValue,
            BondsAlpha = 1 - (state.Number("BondsMovingAverage", net) / 1_000_000d),
            BondsPenalty = state.Has("BondsPenalty")
                ? state.Number("BondsPenalty", net) / (double)ushort.MaxValue
                : 1,
        };
    }

    private static double StakeOf(SubnetState state, ushort netuid, int uid)
    {
        var (stakes, hotkey) = (new StakeBook(state), state.HotkeyOf(netuid, uid));
        return !state.HasAlpha
            ? stakes.Of(hotkey, netuid)
            : stakes.Of(hotkey, netuid)
                + (stakes.Of(hotkey, SubnetState.Root) * (state.Number("TaoWeight") / TaoWeightScale));
    }

    // Who spoke before another registered meant someone else.
    private static double[][] Rows(
        SubnetState state, string item, ushort netuid, ulong[] updates, ulong[] registered)
    {
        var rows = updates.Select(_ => new double[updates.Length]).ToArray();
        for (var from = 0; from < rows.Length; from++)
        {
            foreach (var (to, value) in state.Pairs(item, netuid, from))
            {
                if (to < rows.Length && updates[from] > registered[to])
                {
                    rows[from][to] = value;
                }
            }
        }

        return rows;
    }

    // The highest stakes; nobody without any.
    private static bool[] NewPermits(SubnetState state, ushort netuid, double[] stake)
    {
        var most = (int)state.Number("MaxAllowedValidators", SubnetState.Key(netuid));
        var chosen = Enumerable.Range(0, stake.Length)
            .Where(uid => stake[uid] > 0)
            .OrderByDescending(uid => stake[uid])
            .ThenBy(uid => uid)
            .Take(most)
            .ToHashSet();
        return [.. Enumerable.Range(0, stake.Length).Select(chosen.Contains)];
    }

    private static void Write(SubnetState state, ushort netuid, YumaResult result, bool[] active, ulong alpha)
    {
        state.Set("Active", netuid, active);
        state.Set("Emission", netuid, result.Emission.Select(part => (ulong)(part * alpha)));
        var highest = result.Emission.Max();
        foreach (var (item, vector) in new[]
        {
            ("Rank", result.Rank), ("Trust", result.Trust), ("Consensus", result.Consensus),
            ("Incentive", result.Incentive), ("Dividends", result.Dividends),
            ("ValidatorTrust", result.ValidatorTrust),
            ("PruningScores", [.. result.Emission.Select(part => highest > 0 ? part / highest : 0)]),
        })
        {
            state.Set(item, netuid, vector.Select(part => (ulong)ToUInt16(part)));
        }
    }

    private static void WriteBonds(
        SubnetState state, ushort netuid, int uid, bool permit, bool permitBefore, double[] bonds)
    {
        if (permit)
        {
            state.Set("Bonds", netuid, uid, bonds
                .Select((bond, to) => ((ushort)to, ToUInt16(bond))).Where(pair => pair.Item2 > 0));
        }
        else if (permitBefore)
        {
            state.Set("Bonds", netuid, uid, []);
        }
    }

    private static void Pay(SubnetState state, ushort netuid, YumaResult result, ulong alpha)
    {
        if (!state.HasAlpha)
        {
            return;
        }

        var (stakes, paid) = (new StakeBook(state), 0UL);
        for (var uid = 0; uid < result.Emission.Length; uid++)
        {
            var hotkey = state.HotkeyOf(netuid, uid);
            var (mined, validated) = (
                (ulong)(result.MinerEmission[uid] * alpha), (ulong)(result.ValidatorEmission[uid] * alpha));
            if (mined > 0 && state.OwnerOf(hotkey) is { } owner)
            {
                stakes.Increase(hotkey, owner, netuid, mined);
            }

            stakes.Earn(hotkey, netuid, validated);
            paid += mined + validated;
        }

        var outside = state.Number("SubnetAlphaOut", SubnetState.Key(netuid));
        state.Set("SubnetAlphaOut", outside + paid, SubnetState.Key(netuid));
    }

    private static ushort ToUInt16(double part) => (ushort)Math.Clamp(part * ushort.MaxValue, 0, ushort.MaxValue);
}
