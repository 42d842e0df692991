using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Submission;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The chain at one finalized block, which as many nodes as must agree show. What money stands on is read from
/// as many of them: one node alone may invent a head, an owner or a nonce.</summary>
/// <param name="Nodes">Those that show the block as final, the preferred one first.</param>
/// <param name="Agreement">How many must say the same, 1 or more.</param>
/// <param name="Height">The block's number.</param>
/// <param name="Hash">Its hash.</param>
/// <param name="Runtime">In force after it.</param>
internal sealed record FinalState(
    ImmutableArray<NodeApi> Nodes, int Agreement, uint Height, Hash256 Hash, RuntimeContext Runtime)
{
    /// <summary>One of the nodes, for reads that only cost a try when they are wrong.</summary>
    public NodeApi Node => Nodes[0];

    /// <summary>The newest finalized block that enough nodes show.</summary>
    /// <exception cref="RpcException">Too few answer, or they do not agree.</exception>
    public static async Task<FinalState> ReadAsync(ChainConnection chain, CancellationToken cancellationToken)
    {
        var agreement = chain.Options.RequireAgreement;
        var heads = await HeadsAsync(chain.Pool.Asked(agreement), agreement, cancellationToken);

        // What the last of as many as must agree has final, all of them have; below lie heads of nodes that are behind.
        foreach (var height in heads.Select(head => head.Height).OrderDescending().Skip(agreement - 1).Distinct())
        {
            var said = await Task.WhenAll(heads.Where(head => head.Height >= height)
                .Select(head => HashAsync(head, height, cancellationToken)));
            var agreed = said.Where(one => one.Hash is not null).GroupBy(one => one.Hash!.Value)
                .FirstOrDefault(group => group.Count() >= agreement);
            if (agreed is not null)
            {
                var nodes = agreed.Select(one => one.Node).ToImmutableArray();
                var runtime = await Quorum.AskAsync(
                    nodes, 1, node => chain.Runtimes.AtAsync(node, agreed.Key, cancellationToken), ReferenceEquals);
                return new FinalState(nodes, agreement, height, agreed.Key, runtime);
            }
        }

        throw new RpcException(RpcFault.Garbage, $"There is no finalized block that {agreement} nodes show.");
    }

    /// <summary>An account there.</summary>
    /// <exception cref="RpcException">Too few answer, or they do not agree.</exception>
    public Task<AccountState> AccountAsync(string address, CancellationToken cancellationToken) => Quorum.AskAsync(
        Nodes,
        Agreement,
        node => AccountState.ReadAsync(node, Runtime, Accounts.Of(address), Hash, cancellationToken),
        static (one, other) => one == other);

    /// <summary>The bytes stored under a key there.</summary>
    /// <exception cref="RpcException">Too few answer, or they do not agree.</exception>
    public Task<byte[]?> StorageAsync(ReadOnlyMemory<byte> key, CancellationToken cancellationToken) => Quorum.AskAsync(
        Nodes,
        Agreement,
        node => node.StorageAsync(key, Hash, cancellationToken),
        static (one, other) => one is null ? other is null : other is not null && one.AsSpan().SequenceEqual(other));

    private static async Task<List<Head>> HeadsAsync(
        IReadOnlyList<NodeApi> nodes, int agreement, CancellationToken cancellationToken)
    {
        RpcException? failure = null;
        var heads = await Task.WhenAll(nodes.Select(async node =>
        {
            try
            {
                return await HeadAsync(node, cancellationToken);
            }
            catch (RpcException one)
            {
                failure = one;
                return null;
            }
        }));
        var answered = heads.OfType<Head>().ToList();
        return answered.Count >= agreement || failure is null
            ? answered
            : throw new RpcException(failure.Fault, failure.Message, failure.Code, failure);
    }

    private static async Task<Head> HeadAsync(NodeApi node, CancellationToken cancellationToken)
    {
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash
            ? new Head(node, header.Number, hash)
            : throw new RpcException(
                RpcFault.Garbage, "The node's finalized head is another block than it says.");
    }

    private static async Task<(NodeApi Node, Hash256? Hash)> HashAsync(
        Head head, uint height, CancellationToken cancellationToken)
    {
        try
        {
            return (head.Node, head.Height == height
                ? head.Hash
                : await head.Node.BlockHashAsync(height, cancellationToken));
        }
        catch (RpcException)
        {
            return (head.Node, null);
        }
    }

    private sealed record Head(NodeApi Node, uint Height, Hash256 Hash);
}
