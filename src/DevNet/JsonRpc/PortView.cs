using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Faucet;
using Gateway.DevNet.Faults;

namespace Gateway.DevNet.JsonRpc;

/// <summary>The chain as one port shows it: truly, or with the faults that were asked of the port.</summary>
internal sealed class PortView(DevChain chain, PortFaults faults, ChainFaucet faucet)
{
    private static readonly byte[] EventsKey = StorageKeys.Prefix("System", "Events");

    public DevChain Chain { get; } = chain;

    public PortFaults Faults { get; } = faults;

    public ChainFaucet Faucet { get; } = faucet;

    public Block Best => Chain.Best;

    public Block Finalized => Chain.Finalized;

    public Hash256 FinalizedHash => Invented?.Hash
        ?? (Faults.LiesAboutFinality ? Other(Finalized.Hash) : Finalized.Hash);

    public Block? Find(Hash256 hash) => Invented is { } invented && invented.Hash == hash ? invented
        : Chain.Find(hash) is { } block && !IsInGap(block.Number) ? block : null;

    public Hash256? HashAt(uint number)
    {
        if (Chain.At(number) is not { } block || IsInGap(number))
        {
            return null;
        }

        return (number == 0 ? Faults.LiesAboutGenesis : Faults.LiesAboutHashes) ? Other(block.Hash) : block.Hash;
    }

    public bool HasState(Block block) => block.Number == Faults.InventedHead
        || (Chain.HasState(block) && block.Number >= Faults.PrunedBelow);

    public byte[]? Storage(Block block, byte[] key)
    {
        var value = block.State.Find(key);
        value = Faults.StateLie is { } lie ? lie(key, value) : value;
        return Faults.Events != EventLie.None && value is not null && key.AsSpan().SequenceEqual(EventsKey)
            ? FalseEvents.Of(block.Layout, value, Faults.Events)
            : value;
    }

    public ReadOnlyMemory<byte> Metadata(Block block) => Faults.HasGarbageMetadata
        ? block.Runtime.MetadataBytes[..^1]
        : block.Runtime.MetadataBytes;

    private Block? Invented => Faults.InventedHead is { } height && Finalized is var real
        ? new(real.Header with { Number = height }, [], real.State, real.Runtime, real.Layout, [])
        : null;

    private bool IsInGap(uint number) => Faults.Gap is { } gap && number >= gap.First && number <= gap.Last;

    private static Hash256 Other(Hash256 hash) => Hash256.Of(hash.Bytes);
}
