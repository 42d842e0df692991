using System.Runtime.CompilerServices;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Decides whether what nodes say of a block may be believed. Each block must be what its hash says, stand
/// upon the last one, and be the same to all nodes that were asked, down to the bytes of its events.</summary>
internal sealed class BlockJudge(string genesis, AddressLookup addresses)
{
    // Metadata is large and lives as long as its reader; its scan lives with it.
    private readonly ConditionalWeakTable<RuntimeMetadata, TransferScan> _scans = [];

    /// <summary>The block, or what is wrong with it.</summary>
    /// <param name="blocks">What the nodes say, one each, at least one.</param>
    /// <param name="last">The block below, as it was taken in.</param>
    public (WatchedBlock? Block, string? Fault) Judge(IReadOnlyList<NodeBlock> blocks, ChainPosition last)
    {
        if (blocks.Select(block => FormOf(block, last)).FirstOrDefault(fault => fault is not null) is { } fault)
        {
            return (null, fault);
        }

        if (Disagreement(blocks) is { } disagreement)
        {
            return (null, disagreement);
        }

        try
        {
            return Read(blocks);
        }
        catch (Exception failure) when (failure is ScaleException or RuntimeDriftException)
        {
            return (null, $"The events of block {blocks[0].Height} do not read: {failure.Message}");
        }
    }

    /// <summary>What a block brings, without any judgement.</summary>
    public WatchedBlock Read(NodeBlock block)
    {
        var (transfers, sweeps) = ScanOf(block).Read(block.Events, addresses);
        return new(
            genesis,
            new ChainPosition(block.Height, block.Hash.ToString()),
            block.Header!.Parent.ToString(),
            TimeOf(block),
            transfers)
        {
            Sweeps = sweeps,
        };
    }

    private static string? FormOf(NodeBlock block, ChainPosition last)
    {
        if (block.Header is null)
        {
            return $"A node names {block.Hash} for block {block.Height} and has no such block.";
        }

        var own = block.Header.Hash();
        if (own != block.Hash || block.Header.Number != block.Height)
        {
            return $"The header of block {block.Height} hashes to {own} and says number {block.Header.Number}; the "
                + $"node gave it for {block.Hash}.";
        }

        return block.Header.Parent.ToString() != last.Hash
            ? $"The parent of block {block.Height} is {block.Header.Parent}, and block {last.Height} is {last.Hash}."
            : null;
    }

    private static string? Disagreement(IReadOnlyList<NodeBlock> blocks)
    {
        var first = blocks[0];
        foreach (var other in blocks.Skip(1))
        {
            if (other.Hash != first.Hash)
            {
                return $"Nodes differ on the hash of block {first.Height}: {first.Hash}, {other.Hash}.";
            }

            if (other.EventsHash != first.EventsHash || !other.Moment.AsSpan().SequenceEqual(first.Moment))
            {
                return $"Nodes differ on the events or the time of block {first.Height}, {first.Hash}.";
            }
        }

        return null;
    }

    // Each node's own metadata must read the same: metadata is not part of what a block's hash covers.
    private (WatchedBlock? Block, string? Fault) Read(IReadOnlyList<NodeBlock> blocks)
    {
        var first = Read(blocks[0]);
        return blocks.Skip(1).Select(Read).All(
            other => other.Time == first.Time
                && other.Transfers.SequenceEqual(first.Transfers)
                && other.Sweeps.SequenceEqual(first.Sweeps))
                ? (first, null)
                : (null, $"By the nodes' metadata block {blocks[0].Height} reads differently.");
    }

    private TransferScan ScanOf(NodeBlock block) =>
        _scans.GetValue(block.Runtime!.Metadata, metadata => new TransferScan(metadata));

    /// <summary>The block's own time.</summary>
    public static DateTimeOffset TimeOf(NodeBlock block)
    {
        if (block.Moment.Length == 0)
        {
            throw new ScaleException(ScaleFault.ShortRead, "there is no Timestamp.Now");
        }

        var moment = StorageValues.Read(block.Runtime!.Metadata, "Timestamp", "Now", block.Moment)!;
        var milliseconds = moment.ToUInt64();
        return milliseconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds)
            : throw new ScaleException(ScaleFault.OutOfRange, $"{milliseconds} ms is no time");
    }
}
