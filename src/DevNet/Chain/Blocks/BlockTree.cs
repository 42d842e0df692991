using Gateway.ChainBridge.Blocks;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Storage;

namespace Gateway.DevNet.Chain.Blocks;

/// <summary>Blocks of a chain and of its forks. Guarded by its chain.</summary>
internal sealed class BlockTree
{
    private readonly Dictionary<Hash256, Block> _byHash = [];
    private readonly List<Hash256> _best = [];
    private readonly List<Block> _open = [];
    private readonly Dictionary<Hash256, uint> _stored = [];
    private readonly uint _keptStates;
    private readonly ChainStore? _store;

    /// <param name="genesis">The first block.</param>
    /// <param name="keptStates">How many finalized blocks keep their state.</param>
    /// <param name="store">Where final blocks are kept; null for in memory only.</param>
    public BlockTree(Block genesis, uint keptStates, ChainStore? store)
    {
        _keptStates = keptStates;
        _store = store;
        _byHash.Add(genesis.Hash, genesis);
        _best.Add(genesis.Hash);
        Genesis = genesis;
        Best = genesis;
        Finalized = genesis;
    }

    public Block Genesis { get; }

    public Block Best { get; private set; }

    public Block Finalized { get; private set; }

    /// <summary>Below this height states are gone; the genesis state stays.</summary>
    public uint StateFloor { get; private set; }

    /// <summary>The tree as a store has it: one line of final blocks.</summary>
    public static BlockTree Restore(ChainStore store, uint keptStates)
    {
        var tree = new BlockTree(store.Genesis!, keptStates, store);
        var replayed = store.TakeReplayed();
        tree._best.AddRange(store.Hashes.Skip(1));
        tree.StateFloor = replayed[0].Number;
        foreach (var block in replayed)
        {
            tree._byHash[block.Hash] = block;
        }

        for (var number = 1u; number < tree.StateFloor; number++)
        {
            tree._stored.Add(tree._best[(int)number], number);
        }

        tree.Best = tree.Finalized = replayed[^1];
        return tree;
    }

    public Block? Find(Hash256 hash) => _byHash.TryGetValue(hash, out var block) ? block
        : _stored.TryGetValue(hash, out var number) ? _store!.Read(number)
        : null;

    /// <summary>The block of a height on the best chain, or null.</summary>
    public Block? At(uint number) => number < (uint)_best.Count ? Find(_best[(int)number]) : null;

    public bool HasState(Block block) => block.Number >= StateFloor || block.Number == 0;

    /// <summary>Adds a block without making it the best.</summary>
    public void Add(Block block)
    {
        _byHash.Add(block.Hash, block);
        _open.Add(block);
    }

    /// <summary>Makes a known block the best.</summary>
    public ChainMove MoveTo(Block best)
    {
        var enacted = new List<Block>();
        for (var block = best; At(block.Number)?.Hash != block.Hash; block = _byHash[block.Header.Parent])
        {
            enacted.Add(block);
        }

        enacted.Reverse();
        var shared = enacted.Count == 0 ? best.Number : enacted[0].Number - 1;
        var retracted = _best.Skip((int)shared + 1).Select(hash => _byHash[hash]).Reverse().ToArray();
        _best.RemoveRange((int)shared + 1, _best.Count - (int)shared - 1);
        _best.AddRange(enacted.Select(block => block.Hash));
        Best = best;
        return new ChainMove(retracted, [.. enacted]);
    }

    /// <summary>Finalizes the best chain up to a height.</summary>
    /// <returns>The blocks that are final now and were not before.</returns>
    public IReadOnlyList<Block> FinalizeTo(uint number)
    {
        var fresh = new List<Block>();
        while (Finalized.Number < number)
        {
            Finalized = At(Finalized.Number + 1)!;
            fresh.Add(Finalized);
            _store?.Append(Finalized);
            ForgetForks(Finalized);
            ForgetState();
        }

        _store?.Flush();
        return fresh;
    }

    private void ForgetForks(Block final)
    {
        foreach (var fork in _open.Where(block => block.Number == final.Number && block.Hash != final.Hash))
        {
            _ = _byHash.Remove(fork.Hash);
        }

        _ = _open.RemoveAll(block => block.Number <= final.Number);
    }

    private void ForgetState()
    {
        if (Finalized.Number <= StateFloor + _keptStates)
        {
            return;
        }

        if (StateFloor > 0)
        {
            Forget(At(StateFloor)!);
        }

        StateFloor++;
    }

    private void Forget(Block old)
    {
        if (_store is null)
        {
            _byHash[old.Hash] = old with { State = ChainState.Empty, Changes = [] };
            return;
        }

        _store.Leave(old);
        _ = _byHash.Remove(old.Hash);
        _stored.Add(old.Hash, old.Number);
    }
}
