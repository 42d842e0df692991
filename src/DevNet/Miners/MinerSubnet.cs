using System.Net;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Miners;

/// <summary>The subnet that the simulated miners and validators are registered in when the chain begins.</summary>
internal static class MinerSubnet
{
    public const ushort NetUid = 4;

    public const ushort Tempo = 20;

    /// <summary>How many validators there are; their uids follow the miners'.</summary>
    public const int Validators = 3;

    // Few enough that a test can fill the subnet and see a neuron pruned.
    private const ushort Places = 16;
    private const ulong Stake = 10_000_000_000_000;
    private const uint AxonVersion = 1;

    /// <summary>What the chain begins with.</summary>
    public static SubnetTerms Terms(int seed) => new(NetUid, AccountId.OfUri("//Alice"))
    {
        Name = "DevNet miners",
        Symbol = "\u03b4",
        Tempo = Tempo,
        MaxAllowedUids = Places,
        Neurons =
        [
            .. MinerProfile.Lineup.Select(miner => new GenesisNeuron(HotkeyOf(seed, miner), OwnerOf(seed, miner.Uid))),
            .. Enumerable.Range(0, Validators).Select(number => ValidatorOf(seed, number)),
        ],
    };

    public static AccountId HotkeyOf(int seed, MinerProfile miner)
    {
        using var key = AccountKeys.OfMiner(seed, miner.Uid);
        return new AccountId(key.PublicKey);
    }

    /// <summary>The ports that the miners served last, by uid; empty for a chain that just began.</summary>
    /// <exception cref="InvalidDataException">The chain has no such subnet: an earlier version began it.</exception>
    public static IReadOnlyDictionary<int, int> LastPorts(DevChain chain, int seed)
    {
        var state = StateOf(chain);
        if (state.Count(NetUid) == 0)
        {
            throw new InvalidDataException("the chain's folder is from an earlier version, without miners; remove it.");
        }

        return MinerProfile.Lineup
            .Select(miner => (miner.Uid, Axon: AxonOf(state, HotkeyOf(seed, miner))))
            .Where(one => one.Axon is not null)
            .ToDictionary(one => one.Uid, one => (int)one.Axon!["port"].ToUInt16());
    }

    /// <summary>Tells the chain where the miners listen, by extrinsics of their own, and lets it make blocks until that
    /// is final. Miners whose address the chain has already say nothing.</summary>
    public static void Serve(DevChain chain, int seed, IEnumerable<DevMiner> miners)
    {
        var state = StateOf(chain);
        var moved = miners.Where(miner => IsElsewhere(state, HotkeyOf(seed, MinerProfile.Lineup[miner.Uid]), miner));
        var sent = false;
        foreach (var miner in moved)
        {
            using var key = AccountKeys.OfMiner(seed, miner.Uid);
            var terms = TransactionTerms.Immortal(chain.NextNonce(new AccountId(key.PublicKey)));
            var runtime = chain.Best.Runtime;
            var call = CallOf(runtime.Metadata, IPEndPoint.Parse(miner.Axon.Authority));
            var signed = ExtrinsicSigner.Sign(runtime.ToContext(chain.Genesis), call, terms, key);
            sent |= chain.Submit(signed.Bytes.ToArray()).Outcome == SubmissionOutcome.Taken;
        }

        for (var blocks = sent ? chain.FinalityLag + 1 : 0; blocks > 0; blocks--)
        {
            _ = chain.Produce();
        }
    }

    private static ScaleValue.Case CallOf(ChainBridge.Metadata.RuntimeMetadata metadata, IPEndPoint axon)
    {
        var (kind, number) = SubnetFounding.ToNumber(axon.Address);
        return RuntimeCall.Of(
            metadata,
            SubnetState.Pallet,
            "serve_axon",
            ("netuid", ScaleValue.Of(NetUid)),
            ("version", ScaleValue.Of(AxonVersion)),
            ("ip", ScaleValue.Of(number)),
            ("port", ScaleValue.Of((UInt128)axon.Port)),
            ("ip_type", ScaleValue.Of(kind)),
            ("protocol", ScaleValue.Of(0u)),
            ("placeholder1", ScaleValue.Of(0u)),
            ("placeholder2", ScaleValue.Of(0u)));
    }

    private static bool IsElsewhere(SubnetState state, AccountId hotkey, DevMiner miner) =>
        state.UidOf(NetUid, hotkey) is not null
        && AxonOf(state, hotkey)?["port"].ToUInt16() != miner.Axon.Port;

    private static ScaleValue? AxonOf(SubnetState state, AccountId hotkey) =>
        state.Find("Axons", SubnetState.Key(NetUid), hotkey.ToValue());

    private static GenesisNeuron ValidatorOf(int seed, int number)
    {
        using var key = AccountKeys.OfValidator(seed, number);
        return new GenesisNeuron(
            new AccountId(key.PublicKey), OwnerOf(seed, MinerProfile.Lineup.Count + number), Stake, HasPermit: true);
    }

    private static AccountId OwnerOf(int seed, int uid)
    {
        using var key = AccountKeys.OfOwner(seed, uid);
        return new AccountId(key.PublicKey);
    }

    private static SubnetState StateOf(DevChain chain)
    {
        var best = chain.Best;
        return new SubnetState(new TypedState(best.Layout.Metadata, new StateOverlay(best.State)));
    }
}
