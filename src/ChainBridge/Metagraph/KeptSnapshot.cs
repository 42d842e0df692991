using System.Net;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>A snapshot as its file has it.</summary>
internal sealed record KeptSnapshot(
    string Genesis,
    ushort NetUid,
    long Block,
    string BlockHash,
    uint SpecVersion,
    IReadOnlyList<KeptSnapshot.KeptNeuron> Neurons)
{
    public int Tempo { get; init; }

    public long LastEpoch { get; init; }

    public bool CommitsWeights { get; init; }

    public DateTimeOffset ReadAt { get; init; }

    public static KeptSnapshot Of(SubnetSnapshot snapshot, string genesis) => new(
        genesis,
        snapshot.NetUid.Value,
        snapshot.Block,
        snapshot.BlockHash,
        snapshot.SpecVersion,
        [.. snapshot.Neurons.Select(neuron => new KeptNeuron(
            neuron with { Axon = null }, neuron.Hotkey.Ss58, KeptAxon.Of(neuron.Axon)))])
    {
        Tempo = snapshot.Tempo,
        LastEpoch = snapshot.LastEpoch,
        CommitsWeights = snapshot.CommitsWeights,
        ReadAt = snapshot.ReadAt,
    };

    /// <exception cref="FormatException">An address is none.</exception>
    public SubnetSnapshot ToSnapshot() => new(
        new NetUid(NetUid),
        Block,
        BlockHash,
        SpecVersion,
        [.. Neurons.Select(kept => kept.Neuron with { Hotkey = new Hotkey(kept.Hotkey), Axon = kept.Axon?.ToAxon() })])
    {
        Tempo = Tempo,
        LastEpoch = LastEpoch,
        CommitsWeights = CommitsWeights,
        ReadAt = ReadAt,
    };

    /// <summary>A neuron, and beside it what has no JSON of its own.</summary>
    internal sealed record KeptNeuron(Neuron Neuron, string Hotkey, KeptAxon? Axon);

    /// <summary>An axon with its address as text.</summary>
    internal sealed record KeptAxon(string Address, int Port, byte Protocol, uint Version, long Block)
    {
        public static KeptAxon? Of(Axon? axon) => axon is null
            ? null
            : new KeptAxon(axon.Address.ToString(), axon.Port, axon.Protocol, axon.Version, axon.Block);

        public Axon ToAxon() => new(IPAddress.Parse(Address), Port, Protocol, Version, Block);
    }
}
