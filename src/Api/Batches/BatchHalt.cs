namespace Gateway.Api.Batches;

/// <summary>Why a batch's lines are no longer run.</summary>
internal enum BatchHaltReason
{
    /// <summary>All of them have been.</summary>
    None,

    /// <summary>The process stops, or another has the batch: it goes on elsewhere.</summary>
    Left,

    /// <summary>Its owner asked for its end.</summary>
    Cancelled,

    /// <summary>Its window is over.</summary>
    Expired,

    /// <summary>The key that made it was revoked or has expired.</summary>
    KeyGone,
}

/// <summary>Halts a batch once, for the first reason that comes up.</summary>
internal sealed class BatchHalt : IDisposable
{
    private readonly CancellationTokenSource _halted = new();
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _stopping;
    private int _reason;

    public BatchHalt(CancellationToken stopping) =>
        _stopping = stopping.UnsafeRegister(
            static halt => ((BatchHalt)halt!).Halt(BatchHaltReason.Left), this);

    public BatchHaltReason Reason => (BatchHaltReason)Volatile.Read(ref _reason);

    /// <summary>Cancelled when no further line is to be run.</summary>
    public CancellationToken Token => _halted.Token;

    /// <summary>Cancelled when nobody needs to watch any more.</summary>
    public CancellationToken Ended => _ended.Token;

    public void Halt(BatchHaltReason reason)
    {
        if (Interlocked.CompareExchange(ref _reason, (int)reason, (int)BatchHaltReason.None) == 0)
        {
            _halted.Cancel();
        }
    }

    public void End() => _ended.Cancel();

    public void Dispose()
    {
        _stopping.Dispose();
        _halted.Dispose();
        _ended.Dispose();
    }
}
