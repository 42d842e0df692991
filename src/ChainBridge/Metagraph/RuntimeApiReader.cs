using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Submission;
using Gateway.Core;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>Reads a subnet by the runtime's own get_metagraph, one question where the state takes many. Only runtimes
/// that tell their functions' types, in metadata V15 and later, can be asked so.</summary>
internal static class RuntimeApiReader
{
    private static readonly (string Api, string Method) Function = ("SubnetInfoRuntimeApi", "get_metagraph");

    // The lists of a metagraph by the names their items have in the state.
    private static readonly (string Item, string Field)[] Lists =
    [
        ("Keys", "hotkeys"), ("Owner", "coldkeys"), ("Axons", "axons"), ("Active", "active"),
        ("ValidatorPermit", "validator_permit"), ("LastUpdate", "last_update"), ("Emission", "emission"),
        ("Dividends", "dividends"), ("Incentive", "incentives"), ("Consensus", "consensus"),
        ("BlockAtRegistration", "block_at_registration"), ("Stake", "alpha_stake"),
    ];

    public static bool Supports(RuntimeMetadata metadata) =>
        metadata.FindApi(Function.Api, Function.Method) is { Inputs.Length: 1 };

    /// <summary>The subnet, or null where there is none of this number.</summary>
    /// <exception cref="Rpc.RpcException">No answer, or bytes of another form.</exception>
    /// <exception cref="ScaleException">A metagraph of another form.</exception>
    /// <exception cref="InvalidDataException">The parts contradict each other.</exception>
    public static async Task<SubnetSnapshot?> ReadAsync(
        ReadPoint at, NetUid netUid, CancellationToken cancellationToken)
    {
        var answer = await RuntimeFunctions.CallAsync(
            at.Node, at.Runtime, Function, [ScaleValue.Of(netUid.Value)], at.Hash, cancellationToken);
        return answer.ToOptional() is { } graph
            ? Checked(Read(graph, at.Hash.ToString(), at.Runtime.SpecVersion), at.Block, netUid)
            : null;
    }

    /// <summary>The snapshot at the block that was asked at, if it answers what was asked. A runtime may begin the next
    /// block before it answers.</summary>
    /// <exception cref="InvalidDataException">It is of another subnet or block.</exception>
    internal static SubnetSnapshot Checked(SubnetSnapshot read, uint block, NetUid netUid) =>
        read.NetUid != netUid ? throw new InvalidDataException($"asked for subnet {netUid}, told of {read.NetUid}")
        : read.Block != block && read.Block != block + 1L
            ? throw new InvalidDataException($"asked at block {block}, told of block {read.Block}")
        : read with { Block = block };

    /// <summary>A Metagraph, or a SelectiveMetagraph in which nothing was left out.</summary>
    internal static SubnetSnapshot Read(ScaleValue graph, string blockHash, uint specVersion)
    {
        var netUid = new NetUid(graph["netuid"].ToUInt16());
        var lists = new NeuronVectors(netUid, Field(graph, "num_uids").ToUInt16());
        foreach (var (item, field) in Lists)
        {
            lists.Add(item, Field(graph, field).Items);
        }

        return new SubnetSnapshot(
            netUid, AxonReader.ToInt64(Field(graph, "block")), blockHash, specVersion, lists.ToNeurons())
        {
            Tempo = Field(graph, "tempo").ToUInt16(),
            LastEpoch = AxonReader.ToInt64(Field(graph, "last_step")),
            CommitsWeights = Field(graph, "commit_reveal_weights_enabled").ToBoolean(),
        };
    }

    private static ScaleValue Field(ScaleValue graph, string name) => graph[name] switch
    {
        ScaleValue.Case { Name: "Some" } some => some[0],
        ScaleValue.Case { Name: "None" } => throw new ScaleException(ScaleFault.WrongShape, $"there is no {name}"),
        var value => value,
    };
}
