using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Who writes a journal, and when. Whoever appends while nobody writes does it himself, which costs less than
/// to wake another, and goes on at once; what others append meanwhile is one group, which the thread that writes takes
/// over. Another thread flushes: within 5 ms of a write or, where appends wait for it, as fast as it goes.</summary>
internal sealed partial class JournalThreads : IDisposable
{
    // The pause that lets writes share a flush; with the flush itself it stays within 5 ms on a healthy disk.
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(2);

    // How often a full disk is asked again whether there is room.
    private static readonly TimeSpan PrepareEvery = TimeSpan.FromSeconds(1);

    private readonly Journal _journal;
    private readonly ILogger _logger;
    private readonly WakeUp _appended = new();
    private readonly WakeUp _written = new();
    private readonly ManualResetEventSlim _stopping = new(false, spinCount: 0);
    private readonly Lock _writing = new();
    private readonly Thread _writer;
    private readonly Thread _flusher;
    private volatile bool _isStopping;
    private volatile bool _hasWriterEnded;

    /// <summary>Starts the threads.</summary>
    internal JournalThreads(Journal journal, ILogger logger)
    {
        (_journal, _logger) = (journal, logger);
        _journal.Signal = Appended;
        _writer = new(Write) { Name = "journal-write", IsBackground = true };
        _flusher = new(Flush) { Name = "journal-flush", IsBackground = true };
        _writer.Start();
        _flusher.Start();
    }

    /// <summary>Writes and flushes what is left, ends the threads and closes the journal; whatever is appended later is
    /// refused.</summary>
    public void Dispose()
    {
        _isStopping = true;
        _stopping.Set();
        _appended.Set();
        _writer.Join();
        _written.Set();
        _flusher.Join();
        lock (_writing)
        {
            _journal.Dispose();
        }

        _appended.Dispose();
        _written.Dispose();
        _stopping.Dispose();
    }

    private void Appended()
    {
        // The record must be visible before the lock is asked for: else both who writes and who appends could miss it.
        Interlocked.MemoryBarrier();
        if (!_writing.TryEnter())
        {
            return;
        }

        try
        {
            WriteUnlessStopping();
        }
        finally
        {
            _writing.Exit();
        }

        Interlocked.MemoryBarrier();
        if (_journal.HasWaiting || _journal.HasFailed)
        {
            _appended.Set();
        }
    }

    // After the end only the thread writes, so that all that is written is flushed.
    private void WriteUnlessStopping()
    {
        if (!_isStopping && _journal.WriteGroup())
        {
            _written.Set();
        }
    }

    private void Write()
    {
        do
        {
            _appended.Wait(() => _journal.HasWaiting || _isStopping, Timeout.InfiniteTimeSpan);
            lock (_writing)
            {
                if (_journal.WriteGroup())
                {
                    _written.Set();
                }
            }
        }
        while (!_journal.HasFailed && (!_isStopping || _journal.HasWaiting));

        LogFailure();
        _hasWriterEnded = true;
        _written.Set();
    }

    private void Flush()
    {
        do
        {
            _written.Wait(() => _journal.HasUnsynced || _hasWriterEnded, PrepareEvery);
            if (_journal.Durability == Durability.Write)
            {
                _stopping.Wait(Gathering);
            }

            _journal.Flush();
        }
        while (!_journal.HasFailed && (!_hasWriterEnded || _journal.HasUnsynced));

        // The writer sleeps: it must see the failure, and what it holds must be refused.
        _appended.Set();
    }

    private void LogFailure()
    {
        if (_journal.Failure is { } error)
        {
            Log.Failed(_logger, error);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2040, LogLevel.Critical, "The journal could not be written: nothing more is admitted")]
        internal static partial void Failed(ILogger logger, Exception error);
    }
}
