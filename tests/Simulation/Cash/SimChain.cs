using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>A finalized block: transfers to addresses that may be ours.</summary>
internal sealed record SimBlock(long Height, IReadOnlyList<FinalizedTransfer> Transfers);

/// <summary>What the chain did with an extrinsic.</summary>
internal sealed record SimExtrinsic(string Payout, long Nonce, long Rao)
{
    internal bool HasSucceeded { get; init; }
}

/// <summary>The chain as it is, whatever the books know of it: finalized blocks only.</summary>
internal sealed class SimChain(World world)
{
    private readonly Dictionary<long, SimBlock> _blocks = [];
    private readonly Dictionary<long, SimExtrinsic> _included = [];
    private readonly List<(SimExtrinsic Extrinsic, long Era)> _pool = [];
    private long _nonces;

    /// <summary>The last finalized block.</summary>
    internal long Height { get; private set; }

    /// <summary>All that ever came to addresses of ours.</summary>
    internal Int128 Received { get; private set; }

    /// <summary>All that ever left them.</summary>
    internal Int128 Paid { get; private set; }

    /// <summary>Blocks that are not forgotten, in no order.</summary>
    internal IEnumerable<SimBlock> Blocks => _blocks.Values;

    internal SimBlock? At(long height) => _blocks.GetValueOrDefault(height);

    /// <summary>Makes a block of these transfers and of some extrinsics that wait.</summary>
    internal void Finalize(Func<long, IReadOnlyList<FinalizedTransfer>> transfers)
    {
        Height++;
        var block = new SimBlock(Height, transfers(Height));
        _blocks.Add(Height, block);
        Received += block.Transfers.Aggregate(Int128.Zero, (sum, one) => sum + one.Amount.Value);
        foreach (var one in _pool.Where(one => one.Era >= Height && world.Dice.OneIn(2)).ToArray())
        {
            Include(one.Extrinsic);
        }

        _pool.RemoveAll(one => one.Era <= Height || _included.ContainsKey(one.Extrinsic.Nonce));
    }

    /// <summary>A nonce that no extrinsic of ours has.</summary>
    internal long NextNonce() => ++_nonces;

    /// <summary>An extrinsic is sent, perhaps again; the network may lose it.</summary>
    internal void Submit(Payout payout, long era)
    {
        if (!world.Dice.OneIn(4))
        {
            _pool.Add((new(payout.Id, payout.Nonce!.Value, payout.Amount.Value), era));
        }
    }

    /// <summary>What was finalized under a nonce; null when nothing was.</summary>
    internal SimExtrinsic? Find(long nonce) => _included.GetValueOrDefault(nonce);

    /// <summary>How many payments of one payout succeeded.</summary>
    internal int PaymentsOf(string payout) =>
        _included.Values.Count(one => one.HasSucceeded && one.Payout == payout);

    /// <summary>Forgets blocks, and extrinsics that everybody knows of.</summary>
    internal void Forget(Predicate<SimBlock> isOver)
    {
        foreach (var block in _blocks.Values.Where(block => isOver(block)).ToArray())
        {
            _blocks.Remove(block.Height);
        }

        _included.Clear();
        _pool.Clear();
    }

    // The chain takes a nonce once.
    private void Include(SimExtrinsic extrinsic)
    {
        var result = extrinsic with { HasSucceeded = world.Dice.Below(5) > 0 };
        if (_included.TryAdd(extrinsic.Nonce, result) && result.HasSucceeded)
        {
            Paid += result.Rao;
        }
    }
}
