using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Storage;

/// <summary>Keeps the final blocks of a chain in a folder: a log of all of them, and now and then the whole state.
/// Guarded by its chain.</summary>
internal sealed class ChainStore : IDisposable
{
    private const string LogName = "blocks.log";
    private const string SnapshotName = "state.snapshot";
    private const uint SnapshotEvery = 2048;

    private readonly string _snapshotPath;
    private readonly StateSnapshot? _snapshot;
    private readonly List<Hash256> _hashes = [];
    private readonly List<Block> _replayed = [];
    private readonly BlockLog _log;

    private ChainStore(string folder, StateSnapshot? snapshot)
    {
        _snapshotPath = Path.Combine(folder, SnapshotName);
        _snapshot = snapshot;
        _log = BlockLog.Open(Path.Combine(folder, LogName), Replay);
    }

    /// <summary>The block at the start of the chain, or null while nothing is kept.</summary>
    public Block? Genesis { get; private set; }

    /// <summary>Opens or makes the store of a folder.</summary>
    /// <exception cref="InvalidDataException">The folder holds something else.</exception>
    public static ChainStore Open(string folder)
    {
        _ = Directory.CreateDirectory(folder);
        var snapshot = StateSnapshot.Read(Path.Combine(folder, SnapshotName));
        var store = new ChainStore(folder, snapshot);
        if (snapshot is null || store._replayed.Count > 0)
        {
            return store;
        }

        // A snapshot that is no part of the log is of no use: the chain is replayed from its beginning.
        store.Dispose();
        return new ChainStore(folder, snapshot: null);
    }

    /// <summary>The hashes of all kept blocks, by height.</summary>
    public IReadOnlyList<Hash256> Hashes => _hashes;

    /// <summary>The blocks whose states could be brought back, oldest first; those before them are read from the log.
    /// Once only.</summary>
    public IReadOnlyList<Block> TakeReplayed()
    {
        Block[] taken = [.. _replayed];
        _replayed.Clear();
        return taken;
    }

    public void Append(Block block)
    {
        _log.Append(BlockRecord.Encode(block));
        Genesis ??= block;
        _hashes.Add(block.Hash);
    }

    /// <summary>Hands appended blocks to the operating system: they survive this process.</summary>
    public void Flush() => _log.Flush();

    /// <summary>A final block without its state.</summary>
    public Block Read(uint number) => BlockRecord.Decode(_log.Read((int)number), parent: null);

    /// <summary>Learns that a block's state is about to be forgotten: from here a start can go on.</summary>
    public void Leave(Block block)
    {
        if (block.Number % SnapshotEvery == 0)
        {
            StateSnapshot.Write(_snapshotPath, block);
        }
    }

    public void Dispose() => _log.Dispose();

    private bool Replay(byte[] record)
    {
        try
        {
            var known = BlockRecord.Decode(record, parent: null);
            if (_hashes.Count > 0 && known.Header.Parent != _hashes[^1])
            {
                return false;
            }

            _hashes.Add(known.Hash);
            Restore(record, known);
            return true;
        }
        catch (Exception failure) when (failure is ScaleException or ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    private void Restore(byte[] record, Block known)
    {
        Genesis ??= BlockRecord.Decode(record, ChainState.Empty);
        if (_replayed.Count > 0)
        {
            _replayed.Add(BlockRecord.Decode(record, _replayed[^1].State));
        }
        else if (_snapshot is null)
        {
            _replayed.Add(Genesis);
        }
        else if (_snapshot.Block == known.Hash)
        {
            _replayed.Add(known with { State = _snapshot.State });
        }
    }
}
