using System.Threading.Tasks.Sources;

namespace Gateway.Billing;

/// <summary>One append under way, used again for a later one once its result has been taken.</summary>
internal sealed class JournalWaiter : IValueTaskSource<long>
{
    private readonly Ring<JournalWaiter> _pool;
    private ManualResetValueTaskSourceCore<long> _core;

    private JournalWaiter(Ring<JournalWaiter> pool, bool runsInline)
    {
        _pool = pool;
        _core.RunContinuationsAsynchronously = !runsInline;
    }

    internal JournalEntry? Entry { get; private set; }

    /// <summary>Bytes of its record.</summary>
    internal int Length { get; private set; }

    /// <summary>Once it has been encoded.</summary>
    internal long Seq { get; set; }

    internal ValueTask<long> Task => new(this, _core.Version);

    internal static JournalWaiter Take(Ring<JournalWaiter> pool, JournalEntry entry, int length, bool runsInline)
    {
        var waiter = pool.TryTake() ?? new JournalWaiter(pool, runsInline);
        (waiter.Entry, waiter.Length) = (entry, length);
        return waiter;
    }

    /// <summary>Whoever waits goes on; the waiter is not to be touched any more.</summary>
    internal void Complete() => _core.SetResult(Seq);

    /// <summary>Whoever waits is refused; the waiter is not to be touched any more.</summary>
    internal void Fail(JournalFailedException error) => _core.SetException(error);

    public long GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Entry = null;
            _pool.TryAdd(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _core.OnCompleted(continuation, state, token, flags);
}
