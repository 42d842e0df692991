using System.Buffers.Binary;
using Gateway.Billing;
using Gateway.ChainBridge.Blocks;

namespace Gateway.Simulation;

/// <summary>A block: transfers to addresses that may be ours.</summary>
internal sealed record SimBlock(
    BlockHeader Header, Hash256 Hash, long Time, IReadOnlyList<FinalizedTransfer> Transfers)
{
    private byte[]? _events;

    internal long Height => Header.Number;

    /// <summary>System.Events after it: made when the first node is asked, the same to all.</summary>
    internal byte[] Events => _events ??= SimRuntime.Events(Transfers);
}

/// <summary>What the chain did with an extrinsic.</summary>
internal sealed record SimExtrinsic(string Payout, long Nonce, long Rao)
{
    internal bool HasSucceeded { get; init; }
}

/// <summary>The chain as it is, whatever the books know of it: final blocks, and best ones above them that may yet be
/// others.</summary>
internal sealed class SimChain(World world)
{
    private const int DeepestReorganisation = 10;

    private readonly List<SimBlock> _blocks = [];
    private readonly HashSet<long> _forgotten = [];
    private readonly Dictionary<Hash256, long> _heights = new() { [SimRuntime.Genesis] = 0 };
    private readonly Dictionary<string, List<(long Height, long Sum)>> _held = [];
    private readonly List<FinalizedTransfer> _again = [];
    private readonly Dictionary<long, SimExtrinsic> _included = [];
    private readonly Dictionary<string, long> _sent = [];
    private readonly List<(SimExtrinsic Extrinsic, long Era)> _pool = [];
    private long _made;

    /// <summary>The last finalized block.</summary>
    internal long Height { get; private set; }

    /// <summary>The last block.</summary>
    internal long Best => _blocks.Count;

    /// <summary>The nonce of our wallet's next extrinsic, by finalized blocks.</summary>
    internal long Nonce { get; private set; }

    /// <summary>All that ever came to addresses of ours.</summary>
    internal Int128 Received { get; private set; }

    /// <summary>All that ever left them.</summary>
    internal Int128 Paid { get; private set; }

    /// <summary>Finalized blocks that are not forgotten.</summary>
    internal IEnumerable<SimBlock> Blocks =>
        _blocks.Take((int)Height).Where(block => !_forgotten.Contains(block.Height));

    /// <summary>A finalized block that is not forgotten.</summary>
    internal SimBlock? At(long height) =>
        height > 0 && height <= Height && !_forgotten.Contains(height) ? _blocks[(int)height - 1] : null;

    /// <summary>A block of the best chain.</summary>
    internal SimBlock? BestAt(long height) => height > 0 && height <= Best ? _blocks[(int)height - 1] : null;

    /// <summary>What lay on an address after a finalized block.</summary>
    internal long HeldAt(string address, Hash256 at) => !_held.TryGetValue(address, out var sums)
        ? 0
        : sums.LastOrDefault(one => one.Height <= _heights.GetValueOrDefault(at)).Sum;

    /// <summary>Makes a best block of these transfers, and of those that a reorganisation threw out.</summary>
    internal void Grow(long time, Func<(long Height, string Hash), List<FinalizedTransfer>> make)
    {
        Span<byte> root = stackalloc byte[Hash256.Length];
        BinaryPrimitives.WriteInt64LittleEndian(root, ++_made);
        var parent = Best == 0 ? SimRuntime.Genesis : _blocks[^1].Hash;
        var header = new BlockHeader(parent, (uint)(Best + 1), default, new Hash256(root), []);
        var (height, hash) = (Best + 1, header.Hash());
        var transfers = make((height, hash.ToString()));
        foreach (var transfer in _again)
        {
            transfers.Add(transfer with
            {
                BlockHash = hash.ToString(),
                Height = height,
                EventIndex = transfers.Count,
                BlockTime = DateTimeOffset.FromUnixTimeMilliseconds(time),
            });
        }

        _again.Clear();
        _blocks.Add(new(header, hash, time, transfers));
    }

    /// <summary>Some best blocks are none any more. Their transfers come again in another block, or never.</summary>
    internal void Reorganise()
    {
        var depth = 1 + world.Dice.Below((int)long.Min(DeepestReorganisation, Best - Height));
        world.Say($"{depth} best blocks are gone");
        foreach (var gone in _blocks[^depth..])
        {
            _again.AddRange(gone.Transfers.Where(_ => world.Dice.OneIn(2)));
        }

        _blocks.RemoveRange(_blocks.Count - depth, depth);
    }

    /// <summary>Makes the next block final, with some extrinsics that wait.</summary>
    internal void FinalizeNext()
    {
        var block = _blocks[(int)Height++];
        _heights.Add(block.Hash, Height);
        foreach (var transfer in block.Transfers)
        {
            Received += transfer.Amount.Value;
            Hold(transfer);
        }

        foreach (var one in _pool.Where(one => one.Era >= Height && world.Dice.OneIn(2)).ToArray())
        {
            Include(one.Extrinsic);
        }

        _pool.RemoveAll(one => one.Era <= Height || one.Extrinsic.Nonce < Nonce);
    }

    /// <summary>An extrinsic is sent, perhaps again; the network may lose it.</summary>
    internal void Submit(Payout payout, long era)
    {
        var nonce = payout.Nonce!.Value;
        world.Require(
            !_sent.TryGetValue(payout.Id, out var before) || before == nonce,
            "I11", $"{payout.Id} is sent with the nonces {before} and {nonce}: both can be paid.");
        _sent[payout.Id] = nonce;
        if (!world.Dice.OneIn(4))
        {
            _pool.Add((new(payout.Id, nonce, payout.Amount.Value), era));
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
        foreach (var block in Blocks.Where(block => isOver(block)).ToArray())
        {
            _forgotten.Add(block.Height);
        }

        foreach (var sums in _held.Values)
        {
            sums.RemoveRange(0, sums.Count - 1);
        }

        _included.Clear();
        _sent.Clear();
        _pool.Clear();
    }

    private void Hold(FinalizedTransfer transfer)
    {
        if (!_held.TryGetValue(transfer.Address, out var sums))
        {
            sums = [(0, 0)];
            _held.Add(transfer.Address, sums);
        }

        sums.Add((Height, sums[^1].Sum + transfer.Amount.Value));
    }

    // The chain takes nonces in their order, each once.
    private void Include(SimExtrinsic extrinsic)
    {
        if (extrinsic.Nonce != Nonce)
        {
            return;
        }

        var result = extrinsic with { HasSucceeded = world.Dice.Below(5) > 0 };
        _included.Add(Nonce++, result);
        Paid += result.HasSucceeded ? result.Rao : 0;
    }
}
