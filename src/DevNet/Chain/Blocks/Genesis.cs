using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>The first block: development accounts with balances, and a few subnets.</summary>
internal static class Genesis
{
    /// <summary>What the faucet's account holds at first, rao: 1,000,000 TAO.</summary>
    public const ulong FaucetBalance = 1_000_000_000_000_000;

    /// <summary>What the other development accounts hold at first, rao: 10,000 TAO.</summary>
    public const ulong OtherBalance = 10_000_000_000_000;

    private const ulong Tempo = 20;
    private const ulong MaxAllowedUids = 256;

    private static readonly byte[] CodeKey = ":code"u8.ToArray();
    private static readonly ImmutableArray<ushort> Subnets = [0, 1, 4];
    private static readonly string[] Others = ["//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];

    /// <param name="runtime">The runtime the chain begins with.</param>
    /// <param name="seed">Chains of different seeds are different chains.</param>
    /// <param name="unixMilliseconds">The chain's first moment.</param>
    public static Block Make(DevRuntime runtime, int seed, ulong unixMilliseconds)
    {
        var overlay = new StateOverlay(ChainState.Empty);
        var state = new TypedState(runtime.Metadata, overlay);
        overlay.Set(CodeKey, runtime.Code.ToArray());
        WriteUpgradeInfo(state, runtime);
        WriteAccounts(runtime, state);
        WriteSubnets(state);
        state.Set("System", "Number", ScaleValue.Of(0u));
        state.Set("Timestamp", "Now", ScaleValue.Of(unixMilliseconds));

        ImmutableArray<KeyValuePair<byte[], byte[]?>> changes = [.. overlay.Changes];
        var seedMark = new ScaleWriter();
        seedMark.WriteText("devnet-simulator");
        seedMark.WriteUInt32((uint)seed);
        var header = new BlockHeader(
            default,
            Number: 0,
            PlainRoots.OfState(default, changes),
            PlainRoots.OfExtrinsics([]),
            [new DigestItem(DigestKind.Other, default, seedMark.ToArray())]);
        return new Block(header, [], ChainState.Empty.With(changes), runtime, runtime, changes);
    }

    /// <summary>Notes the runtime in force, as the network does after an upgrade.</summary>
    public static void WriteUpgradeInfo(TypedState state, DevRuntime runtime) => state.Set(
        "System",
        "LastRuntimeUpgrade",
        ScaleValue.RecordOf(
            ("spec_version", ScaleValue.Of(runtime.SpecVersion)), ("spec_name", runtime.Version["spec_name"])));

    private static void WriteAccounts(DevRuntime runtime, TypedState state)
    {
        Endow(runtime, state, AccountId.OfUri("//Alice"), FaucetBalance);
        foreach (var uri in Others)
        {
            Endow(runtime, state, AccountId.OfUri(uri), OtherBalance);
        }

        var issued = FaucetBalance + ((ulong)Others.Length * OtherBalance);
        state.Set("Balances", "TotalIssuance", ScaleValue.Of(issued));
    }

    private static void Endow(DevRuntime runtime, TypedState state, AccountId who, ulong amount)
    {
        // Deposit, less its events, which a genesis block does not have.
        var empty = new AccountRecord(state.Get("System", "Account", who.ToValue()));
        var account = empty.WithBalance(amount, 0).WithReferences(consumers: 0, providers: 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(amount, runtime.ExistentialDeposit);
        state.Set("System", "Account", account.Value, who.ToValue());
    }

    private static void WriteSubnets(TypedState state)
    {
        const string pallet = "SubtensorModule";
        foreach (var netuid in Subnets)
        {
            var key = ScaleValue.Of(netuid);
            state.Set(pallet, "NetworksAdded", ScaleValue.Of(true), key);
            state.Set(pallet, "Tempo", ScaleValue.Of(Tempo), key);
            state.Set(pallet, "MaxAllowedUids", ScaleValue.Of(MaxAllowedUids), key);
            state.Set(pallet, "SubnetworkN", ScaleValue.Of(0u), key);
            state.Set(pallet, "SubnetOwner", AccountId.OfUri("//Alice").ToValue(), key);
        }

        state.Set(pallet, "TotalNetworks", ScaleValue.Of((UInt128)Subnets.Length));
    }
}
