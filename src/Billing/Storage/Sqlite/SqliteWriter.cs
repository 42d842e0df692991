using System.Threading.Channels;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>The only thread that writes the file: a transaction a group, a savepoint an operation.</summary>
/// <param name="connection">Its own; disposed at the end.</param>
/// <param name="queue">What waits to be written.</param>
/// <param name="createFlusher">Makes what flushes the log after each commit; null when a commit itself does.</param>
/// <param name="time">For the statements that need it.</param>
/// <param name="logger">Where a group that failed is told.</param>
internal sealed partial class SqliteWriter(
    SqliteConnection connection,
    ChannelReader<ISqliteWork> queue,
    Func<WalFlusher>? createFlusher,
    TimeProvider time,
    ILogger logger)
{
    private const int GroupLimit = 512;

    // SQLite primary result code: the statement was refused and undone, the transaction goes on.
    private const int Constraint = 19;

    private readonly List<ISqliteWork> _group = new(GroupLimit);
    private volatile WalFlusher? _flusher;
    private volatile bool _cannotFlush;

    /// <summary>Whether a flush has failed, so that nothing more is admitted.</summary>
    internal bool HasFailed => _cannotFlush || _flusher is { HasFailed: true };

    /// <summary>Runs until the queue is completed and drained.</summary>
    internal void Run()
    {
        using var owned = connection;
        using var session = new SqlSession(connection, SqlDialect.Sqlite, time, keepsStatements: true);
        while (queue.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            WriteGroup(session);
        }

        _flusher?.Dispose();
    }

    private void WriteGroup(SqlSession session)
    {
        _group.Clear();
        if (HasFailed)
        {
            RefuseAll();
            return;
        }

        try
        {
            Execute(session, "BEGIN IMMEDIATE");
            while (TryTake() is { } work)
            {
                RunOne(session, work);
            }

            Execute(session, "COMMIT");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            AbandonGroup(session, error);
            return;
        }

        ConfirmGroup();
    }

    // Whatever is taken is in the group, whose end tells everybody who has not been told yet.
    private ISqliteWork? TryTake()
    {
        if (_group.Count == GroupLimit || !queue.TryRead(out var work))
        {
            return null;
        }

        _group.Add(work);
        return work;
    }

    // What a replica can say again is told at once, all else when the disk has it.
    private void ConfirmGroup()
    {
        if (createFlusher is null)
        {
            _group.ForEach(work => work.Confirm());
            return;
        }

        var durable = _group.FindAll(work => work.IsDurable);
        _group.FindAll(work => !work.IsDurable).ForEach(work => work.Confirm());
        try
        {
            // The log is there from the first commit on.
            _flusher ??= createFlusher();
            _flusher.Committed(durable);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _cannotFlush = true;
            Log.LogNotOpened(logger, error);
            durable.ForEach(work => work.Fail(new BillingUnavailableException(
                "The billing file cannot be flushed to the disk.", error)));
        }
    }

    private void RefuseAll()
    {
        while (queue.TryRead(out var work))
        {
            work.Fail(new BillingUnavailableException("The billing file cannot be flushed to the disk."));
        }
    }

    // An operation that fails by itself is undone and told; what is thrown on has spoilt the whole group.
    private static void RunOne(SqlSession session, ISqliteWork work)
    {
        Execute(session, "SAVEPOINT operation");
        try
        {
            session.Abandoned = false;
            work.Run(session);
        }
        catch (Exception error) when (IsItsOwn(error))
        {
            Undo(session);
            work.Fail(error is SqliteException ? new BrokenInvariantException(error.Message, error) : error);
            return;
        }

        if (session.Abandoned)
        {
            Undo(session);
            return;
        }

        Execute(session, "RELEASE operation");
    }

    // After disk full or an I/O error SQLite may have ended the whole transaction by itself.
    private static bool IsItsOwn(Exception error) =>
        error is SqliteException sqlite ? sqlite.SqliteErrorCode == Constraint : error is not OutOfMemoryException;

    private static void Undo(SqlSession session)
    {
        Execute(session, "ROLLBACK TO operation");
        Execute(session, "RELEASE operation");
    }

    private void AbandonGroup(SqlSession session, Exception error)
    {
        try
        {
            Execute(session, "ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite had rolled back by itself.
        }

        if (_group.Count == 0)
        {
            // No transaction began: each of those who wait would wait for the same error in turn.
            TakeWaiting();
        }

        Log.GroupFailed(logger, error, _group.Count);
        var failure = new BillingUnavailableException("The billing file cannot be written.", error);
        _group.ForEach(work => work.Fail(failure));
    }

    private void TakeWaiting()
    {
        var more = true;
        while (more)
        {
            more = TryTake() is not null;
        }
    }

    private static void Execute(SqlSession session, string sql) => session.ExecuteAsync(sql).GetAwaiter().GetResult();

    private static partial class Log
    {
        [LoggerMessage(2001, LogLevel.Error, "A group of {Count} ledger operations could not be written")]
        internal static partial void GroupFailed(ILogger logger, Exception error, int count);

        [LoggerMessage(2003, LogLevel.Critical,
            "The billing log could not be opened to be flushed: nothing more is admitted")]
        internal static partial void LogNotOpened(ILogger logger, Exception error);
    }
}
