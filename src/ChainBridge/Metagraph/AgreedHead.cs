using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>The newest block that as many nodes as must agree hold for final: a height that one node made up is none.
/// </summary>
internal sealed class AgreedHead(ChainConnection chain)
{
    private readonly int _agreement = chain.Options.RequireAgreement;

    /// <summary>The block, and the first node by preference that has it.</summary>
    /// <exception cref="RpcException">Too few nodes answered, or they differ.</exception>
    public async Task<(NodeApi Node, Hash256 Hash, BlockHeader Header)> ReadAsync(CancellationToken cancellationToken)
    {
        if (_agreement == 1)
        {
            var preferred = chain.Pool.Preferred;
            var head = await HeadAsync(preferred, cancellationToken);
            return (preferred, head.Hash(), head);
        }

        var heads = await HeadsAsync(cancellationToken);
        var height = heads.OrderByDescending(one => one.Head.Number).ElementAt(_agreement - 1).Head.Number;
        var (node, hash) = await AgreeAsync(heads, height, cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash && header.Number == height
            ? (node, hash, header)
            : throw new RpcException(RpcFault.Garbage, $"Block {height} is another than its hash says.");
    }

    // In the order of preference; at least as many as must agree.
    private async Task<List<(NodeApi Node, BlockHeader Head)>> HeadsAsync(CancellationToken cancellationToken)
    {
        // Calls wait for a connection: too few are asked as if they were there.
        var nodes = chain.IsReady ? chain.Pool.Connected : chain.Pool.Nodes;
        var heads = await Task.WhenAll(nodes.Select(node =>
            TryAsync<BlockHeader>(async () => await HeadAsync(node, cancellationToken))));
        var known = nodes.Zip(heads).Where(one => one.Second is not null)
            .Select(one => (one.First, one.Second!)).ToList();
        return known.Count >= _agreement
            ? known
            : throw new RpcException(
                RpcFault.TimedOut, $"{known.Count} nodes tell their finalized head, and {_agreement} must agree.");
    }

    private async Task<(NodeApi Node, Hash256 Hash)> AgreeAsync(
        List<(NodeApi Node, BlockHeader Head)> heads, uint height, CancellationToken cancellationToken)
    {
        var able = heads.Where(one => one.Head.Number >= height).Select(one => one.Node).ToList();
        var hashes = await Task.WhenAll(able.Select(node =>
            TryAsync(async () => Told(await node.BlockHashAsync(height, cancellationToken)))));
        var agreed = able.Zip(hashes)
            .Where(one => one.Second is not null)
            .GroupBy(one => one.Second!, one => one.First)
            .FirstOrDefault(group => group.Count() >= _agreement);
        return agreed is null
            ? throw new RpcException(RpcFault.Garbage, $"Nodes differ on the hash of block {height}.")
            : (agreed.First(), agreed.Key.Hash);
    }

    private static async Task<BlockHeader> HeadAsync(NodeApi node, CancellationToken cancellationToken)
    {
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash
            ? header
            : throw new RpcException(
                RpcFault.Garbage, "The node's finalized head is another block than it says.");
    }

    private static async Task<T?> TryAsync<T>(Func<Task<T?>> question)
        where T : class
    {
        try
        {
            return await question();
        }
        catch (RpcException)
        {
            return null;
        }
    }

    private static ToldHash? Told(Hash256? hash) => hash is { } known ? new ToldHash(known) : null;

    private sealed record ToldHash(Hash256 Hash);
}
