using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Billing;

/// <summary>Durability <c>Write</c> on SQLite: a commit is in the operating system's hands when it is made, so it
/// survives the death of this process, and on the disk a few milliseconds later, by a thread of its own. What a replica
/// does, which its journal can say again, does not wait for that; every other act of money does. SQLite's log is
/// flushed as a file: its frames carry checksums, so whatever part a power cut leaves is a prefix of commits
/// (sqlite.org/wal.html, section on synchronous = NORMAL).</summary>
internal sealed partial class WalFlusher : IDisposable
{
    private const string Suffix = "-wal";

    // The pause that lets commits share a flush; with the flush itself it stays within money's 5 ms on a healthy disk.
    private static readonly TimeSpan Gather = TimeSpan.FromMilliseconds(2);

    private readonly AutoResetEvent _committed = new(false);
    private readonly ManualResetEvent _stopped = new(false);
    private readonly SafeFileHandle _log;
    private readonly Action<SafeFileHandle> _flush;
    private readonly ILogger _logger;
    private readonly Thread _thread;
    private readonly Lock _gate = new();
    private List<ISqliteWork> _waiting = [];
    private volatile bool _failed;

    /// <summary>Starts the thread. The log exists: its connection has written.</summary>
    internal WalFlusher(string databaseFile, Action<SafeFileHandle> flush, ILogger logger)
    {
        // Only the log is opened, never the database: closing a second handle of that would drop SQLite's POSIX locks.
        _log = File.OpenHandle(
            databaseFile + Suffix, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        _flush = flush;
        _logger = logger;
        _thread = new Thread(Run) { Name = "billing-flush", IsBackground = true };
        _thread.Start();
    }

    /// <summary>Whether a flush has failed. What the disk lost then is unknown, so it is never tried again and nothing
    /// more is admitted.</summary>
    internal bool HasFailed => _failed;

    /// <summary>A group is committed and wants to reach the disk; those of it that wait are told when it has.</summary>
    internal void Committed(List<ISqliteWork> waiting)
    {
        lock (_gate)
        {
            // After a failure the thread takes what waits once more, and then nothing.
            if (_failed)
            {
                waiting.ForEach(Refuse);
                return;
            }

            _waiting.AddRange(waiting);
        }

        _committed.Set();
    }

    /// <summary>Flushes what is left and ends the thread.</summary>
    public void Dispose()
    {
        _stopped.Set();
        _thread.Join();
        _log.Dispose();
        _committed.Dispose();
        _stopped.Dispose();
    }

    private void Run()
    {
        WaitHandle[] either = [_committed, _stopped];
        while (WaitHandle.WaitAny(either) == 0 && TryFlush())
        {
            _stopped.WaitOne(Gather);
        }

        TryFlush();
    }

    private bool TryFlush()
    {
        var waiting = TakeWaiting();
        try
        {
            if (!_failed)
            {
                _flush(_log);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _failed = true;
            Log.FlushFailed(_logger, error);
        }

        waiting.ForEach(_failed ? Refuse : static work => work.Confirm());
        return !_failed;
    }

    // Taken before the flush: what is committed during it waits for the next.
    private List<ISqliteWork> TakeWaiting()
    {
        lock (_gate)
        {
            var waiting = _waiting;
            _waiting = [];
            return waiting;
        }
    }

    private static void Refuse(ISqliteWork work) =>
        work.Fail(new BillingUnavailableException("The billing file cannot be flushed to the disk."));

    private static partial class Log
    {
        [LoggerMessage(2002, LogLevel.Critical, "The billing log could not be flushed: nothing more is admitted")]
        internal static partial void FlushFailed(ILogger logger, Exception error);
    }
}
