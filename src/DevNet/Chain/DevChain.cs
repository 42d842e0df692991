using Gateway.ChainBridge.Blocks;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Storage;
using Gateway.DevNet.Chain.Transactions;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Chain;

/// <summary>A simulated chain: one node that makes every block. Safe for concurrent use; blocks are immutable.
/// </summary>
internal sealed partial class DevChain : IDisposable
{
    /// <summary>The deepest reorg that may be asked for.</summary>
    public const int DeepestReorg = 10;

    private readonly Lock _gate = new();
    private readonly TimeProvider _time;
    private readonly CallTable _calls;
    private readonly BlockTree _tree;
    private readonly ChainStore? _store;
    private readonly TransactionPool _pool = new();
    private readonly TransactionWatch _watch = new();
    private readonly List<IChainObserver> _observers = [];
    private uint _finalityLag;
    private bool _isStalled;
    private bool _isFinalityStalled;
    private long _arrivals;
    private DevRuntime? _nextRuntime;
    private (AccountId From, AccountId To, ulong Amount)? _nextTransfer;

    private DevChain(ChainOptions options, BlockTree tree, ChainStore? store, TimeProvider time, ILogger logger)
    {
        _store = store;
        _tree = tree;
        _time = time;
        _calls = new CallTable(logger, options.AllowsLoopbackAxons);
        FinalityLag = options.FinalityLag;
    }

    /// <summary>Called after a transaction was taken, outside the lock.</summary>
    public event Action? Submitted;

    public Hash256 Genesis => _tree.Genesis.Hash;

    public Block Best => Locked(() => _tree.Best);

    public Block Finalized => Locked(() => _tree.Finalized);

    /// <summary>Transactions that wait, as bytes.</summary>
    public IReadOnlyList<byte[]> Pending => Locked(() => _pool.InOrder.Select(entry => entry.Bytes).ToArray());

    /// <summary>How many blocks the last final one is behind the best. May be set at any time.</summary>
    public uint FinalityLag
    {
        get => Volatile.Read(ref _finalityLag);
        set => Volatile.Write(ref _finalityLag, value);
    }

    /// <summary>Whether no block is made on its own. May be set at any time.</summary>
    public bool IsStalled
    {
        get => Volatile.Read(ref _isStalled);
        set => Volatile.Write(ref _isStalled, value);
    }

    /// <summary>Whether no block becomes final. May be set at any time.</summary>
    public bool IsFinalityStalled
    {
        get => Volatile.Read(ref _isFinalityStalled);
        set => Volatile.Write(ref _isFinalityStalled, value);
    }

    /// <summary>Opens the chain of the options' folder at its last final block, or begins a new one.</summary>
    /// <exception cref="InvalidDataException">The folder holds something else.</exception>
    public static DevChain Open(ChainOptions options, TimeProvider time, ILogger logger)
    {
        var store = options.Folder is null ? null : ChainStore.Open(options.Folder);
        if (store?.Genesis is not null)
        {
            return new DevChain(options, BlockTree.Restore(store, options.KeptStates), store, time, logger);
        }

        var genesis = Blocks.Genesis.Make(
            RuntimeCatalog.Get(options.SpecVersion),
            options.Seed,
            (ulong)time.GetUtcNow().ToUnixTimeMilliseconds(),
            options.Subnets);
        store?.Append(genesis);
        store?.Flush();
        return new DevChain(
            options, new BlockTree(genesis, options.KeptStates, store), store, time, logger);
    }

    /// <summary>Closes the files; the chain is not to be used any more.</summary>
    public void Dispose() => Locked(() => _store?.Dispose());

    public Block? Find(Hash256 hash) => Locked(() => _tree.Find(hash));

    /// <summary>The block of a height on the best chain, or null.</summary>
    public Block? At(uint number) => Locked(() => _tree.At(number));

    public bool HasState(Block block) => Locked(() => _tree.HasState(block));

    public void Observe(IChainObserver observer) => Locked(() => _observers.Add(observer));

    public void Forget(IChainObserver observer) => Locked(() => _observers.Remove(observer));

    /// <summary>The nonce an account's next transaction wants, counting those that wait.</summary>
    public uint NextNonce(AccountId who) => Locked(() => _pool.NextNonce(who, NonceAt(_tree.Best, who)));

    /// <summary>Takes a transaction into the pool.</summary>
    /// <param name="bytes">Length and body.</param>
    /// <param name="listener">Told what becomes of it, under the rule of <see cref="IChainObserver"/>.</param>
    public Submission Submit(byte[] bytes, Action<TransactionStatus>? listener = null)
    {
        var answer = Locked(() => Take(bytes, listener));
        if (answer.Outcome == SubmissionOutcome.Taken)
        {
            Submitted?.Invoke();
        }

        return answer;
    }

    /// <summary>Ends a listener of <see cref="Submit"/>.</summary>
    public void Unwatch(Hash256 transaction, Action<TransactionStatus> listener) =>
        Locked(() => _watch.Remove(transaction, listener));

    /// <summary>Checks a transaction against the best block, without taking it.</summary>
    public Verdict Check(byte[] bytes) => Locked(() => CheckOn(_tree.Best, bytes));

    /// <summary>Makes the next block, whether the chain is stalled or not.</summary>
    public Block Produce() => Locked(() =>
    {
        var block = Build(_tree.Best, takesTransactions: true, salt: 0);
        Move(block);
        return block;
    });

    /// <summary>Replaces the newest blocks by one more than they were.</summary>
    /// <param name="depth">1 to 10 blocks, none of them final.</param>
    /// <param name="returns">Whether their transactions wait for a block again, or are forgotten.</param>
    /// <exception cref="ArgumentOutOfRangeException">The depth is not possible now.</exception>
    public Block Reorg(int depth, bool returns) => Locked(() =>
    {
        var deepest = Math.Min(DeepestReorg, (int)(_tree.Best.Number - _tree.Finalized.Number));
        if (depth < 1 || depth > deepest)
        {
            throw new ArgumentOutOfRangeException(nameof(depth), depth, $"1 to {deepest} blocks can be replaced now.");
        }

        var tip = _tree.At(_tree.Best.Number - (uint)depth)!;
        for (var i = 0; i <= depth; i++)
        {
            tip = Build(tip, takesTransactions: false, salt: ++_arrivals);
            _tree.Add(tip);
        }

        Switch(tip, returns);
        return tip;
    });

    /// <summary>Lets the next block bring a runtime.</summary>
    public void Upgrade(DevRuntime runtime) => Locked(() => _nextRuntime = runtime);

    /// <summary>Lets the next block hold a transfer that no extrinsic made.</summary>
    public void TransferInNextBlock(AccountId from, AccountId to, ulong amount) =>
        Locked(() => _nextTransfer = (from, to, amount));

    private Submission Take(byte[] bytes, Action<TransactionStatus>? listener)
    {
        var hash = Hash256.Of(bytes);
        if (_pool.Contains(hash))
        {
            return new(SubmissionOutcome.Known, hash, "Transaction Already Imported");
        }

        var verdict = CheckOn(_tree.Best, bytes);
        if (verdict is Verdict.Invalid invalid)
        {
            return new(SubmissionOutcome.Invalid, hash, invalid.Reason);
        }

        var entry = verdict is Verdict.Valid valid
            ? new PoolEntry(hash, bytes, valid.Who, valid.Nonce, valid.Tip, ++_arrivals)
            : verdict is Verdict.Future future
                ? new PoolEntry(hash, bytes, future.Who, future.Nonce, future.Tip, ++_arrivals)
                : throw new InvalidOperationException("There is no other verdict.");
        return Admit(entry, listener);
    }

    private Submission Admit(PoolEntry entry, Action<TransactionStatus>? listener)
    {
        var rival = _pool.At(entry.Who, entry.Nonce);
        if (rival is not null && rival.Tip >= entry.Tip)
        {
            return new(SubmissionOutcome.LowPriority, entry.Hash, "Priority is too low");
        }

        if (rival is null && _pool.Count >= TransactionPool.Capacity)
        {
            return new(SubmissionOutcome.PoolFull, entry.Hash, "Immediately Dropped");
        }

        _pool.Put(entry);
        if (listener is not null)
        {
            _watch.Add(entry.Hash, listener);
        }

        if (rival is not null)
        {
            _watch.Tell(rival.Hash, new(TransactionStep.Usurped, entry.Hash));
        }

        TellReady(entry);
        return new(SubmissionOutcome.Taken, entry.Hash);
    }

    // The missing nonce makes those ready that waited behind it.
    private void TellReady(PoolEntry entry)
    {
        if (_pool.NextNonce(entry.Who, NonceAt(_tree.Best, entry.Who)) <= entry.Nonce)
        {
            _watch.Tell(entry.Hash, new(TransactionStep.Future));
            return;
        }

        for (var next = entry; next is not null; next = _pool.At(next.Who, next.Nonce + 1))
        {
            _watch.Tell(next.Hash, new(TransactionStep.Ready));
        }
    }

    private Verdict CheckOn(Block parent, byte[] bytes) => Draft(parent).Check(bytes);

    private static uint NonceAt(Block block, AccountId who) => new AccountRecord(
        block.State.Read(block.Layout.Metadata, "System", "Account", who.ToValue())!).Nonce;

    private void Locked(Action work)
    {
        lock (_gate)
        {
            work();
        }
    }

    private T Locked<T>(Func<T> work)
    {
        lock (_gate)
        {
            return work();
        }
    }
}
