using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Subnets;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>The first block: development accounts with balances, and a few subnets.</summary>
internal static class Genesis
{
    /// <summary>What the faucet's account holds at first, rao: 1,000,000 TAO.</summary>
    public const ulong FaucetBalance = 1_000_000_000_000_000;

    /// <summary>What the other development accounts hold at first, rao: 10,000 TAO.</summary>
    public const ulong OtherBalance = 10_000_000_000_000;

    // What an owner of neurons holds at first, rao: 10 TAO. Hotkeys hold none.
    private const ulong OwnerBalance = 10_000_000_000;

    private static readonly byte[] CodeKey = ":code"u8.ToArray();
    private static readonly ImmutableArray<ushort> Usual = [0, 1, 4];
    private static readonly string[] Others = ["//Bob", "//Charlie", "//Dave", "//Eve", "//Ferdie"];

    /// <param name="runtime">The runtime the chain begins with.</param>
    /// <param name="seed">Chains of different seeds are different chains.</param>
    /// <param name="unixMilliseconds">The chain's first moment.</param>
    /// <param name="subnets">Subnets with more in them than those that every chain has.</param>
    public static Block Make(
        DevRuntime runtime, int seed, ulong unixMilliseconds, IReadOnlyList<SubnetTerms> subnets)
    {
        var overlay = new StateOverlay(ChainState.Empty);
        var state = new TypedState(runtime.Metadata, overlay);
        overlay.Set(CodeKey, runtime.Code.ToArray());
        WriteUpgradeInfo(state, runtime);
        WriteAccounts(runtime, state, subnets);
        WriteSubnets(state, subnets);
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

    private static void WriteAccounts(
        DevRuntime runtime, TypedState state, IReadOnlyList<SubnetTerms> subnets)
    {
        var balances = Others.ToDictionary(AccountId.OfUri, _ => OtherBalance);
        balances.Add(AccountId.OfUri("//Alice"), FaucetBalance);
        foreach (var neuron in subnets.SelectMany(subnet => subnet.Neurons))
        {
            _ = balances.TryAdd(neuron.Coldkey, OwnerBalance);
        }

        foreach (var (who, amount) in balances)
        {
            Endow(runtime, state, who, amount);
        }

        var issued = balances.Values.Aggregate(0UL, (sum, amount) => sum + amount);
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

    private static void WriteSubnets(TypedState state, IReadOnlyList<SubnetTerms> subnets)
    {
        var owner = AccountId.OfUri("//Alice");
        var book = new SubnetState(state);
        var all = Usual.Where(netuid => subnets.All(one => one.NetUid != netuid))
            .Select(netuid => new SubnetTerms(netuid, owner))
            .Concat(subnets)
            .ToArray();
        foreach (var terms in all)
        {
            SubnetFounding.WriteGenesis(book, terms);
        }

        book.Set("NetworkRateLimit", 0);
        book.Set("TotalNetworks", (ulong)all.Length);
    }
}
