using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Submission;

/// <summary>Walks finalized blocks upwards, one by one, and checks that each is what it claims to be: its own hash, its
/// number, its parent. For one caller at a time.</summary>
internal sealed class FinalizedChain(NodeApi node, uint from)
{
    private Hash256? _parent;

    /// <summary>The height that comes next.</summary>
    public uint Next { get; private set; } = from;

    /// <summary>The height of the newest finalized block.</summary>
    /// <exception cref="RpcException">No answer, or one that contradicts itself.</exception>
    public async Task<uint> HeadAsync(CancellationToken cancellationToken)
    {
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        return header is not null && header.Hash() == hash
            ? header.Number
            : throw Contradiction("its finalized head is another block than it says");
    }

    /// <summary>The block at <see cref="Next"/>, which the caller knows to be final; moves on.</summary>
    /// <exception cref="RpcException">No answer, or one that contradicts itself.</exception>
    public async Task<(Hash256 Hash, Block Block)> TakeAsync(CancellationToken cancellationToken)
    {
        var hash = await node.BlockHashAsync(Next, cancellationToken)
            ?? throw Contradiction($"it does not know the finalized block {Next}");
        var block = await node.BlockAsync(hash, cancellationToken)
            ?? throw Contradiction($"it does not have the finalized block {Next}");
        if (block.Header.Hash() != hash || block.Header.Number != Next)
        {
            throw Contradiction($"block {Next} is another than its hash says");
        }

        if (_parent is { } parent && parent != block.Header.Parent)
        {
            throw Contradiction($"block {Next} has another parent than the finalized one");
        }

        _parent = hash;
        Next++;
        return (hash, block);
    }

    private static RpcException Contradiction(string what) =>
        new(RpcFault.Garbage, $"The node contradicts itself: {what}.");
}
