using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;
using Gateway.Core.Storage;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Billing;

/// <summary>The books in one SQLite file. One thread writes: it takes what waits in a bounded queue, runs each
/// operation in a SAVEPOINT of its own, so that a refused one does not undo its neighbours, and commits all of them at
/// once: to the disk under durability <c>Strict</c>; to the operating system under <c>Write</c>, the disk following at
/// once.</summary>
internal sealed class SqliteLedgerStore : ILedgerStore
{
    /// <summary>Operations that may wait; the next caller waits for room.</summary>
    internal const int QueueLimit = 4096;

    private const string FileName = "billing.db";

    // The provider waits that long for a lock another process has on the file; short, so that a settle tries again
    // within its window, and as long as the provider's own default where a migration of another process is waited for.
    private const int LockSeconds = 2;
    private const int MigrationLockSeconds = 30;

    private readonly Channel<ISqliteWork> _queue = Channel.CreateBounded<ISqliteWork>(
        new BoundedChannelOptions(QueueLimit) { SingleReader = true });

    private readonly string _file;
    private readonly Durability _durability;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private SqliteWriter? _loop;
    private Thread? _writer;

    internal SqliteLedgerStore(string directory, Durability durability, TimeProvider time, ILogger logger) =>
        (_file, _durability, _time, _logger) = (Path.Combine(directory, FileName), durability, time, logger);

    public bool IsExclusive => true;

    public bool CanWrite => Volatile.Read(ref _loop) is { HasFailed: false };

    /// <summary>Brings what was written to the disk; tests break it.</summary>
    internal Action<SafeFileHandle> Flush { get; init; } = RandomAccess.FlushToDisk;

    [SuppressMessage("Reliability", "CA2000", Justification = "The writer's thread disposes its connection.")]
    public async Task<int> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(_file))!);
            var version = await MigrateAsync(cancellationToken);
            if (_writer is null)
            {
                StartWriter(await OpenWriterConnectionAsync(cancellationToken));
            }

            return version;
        }
        catch (Exception error) when (error is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new BillingUnavailableException($"The billing file {_file} cannot be opened.", error);
        }
    }

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        if (_writer is null)
        {
            throw new BillingUnavailableException("The billing store is not open yet.");
        }

        var work = new SqliteWork<T>(operation);
        try
        {
            await _queue.Writer.WriteAsync(work, cancellationToken);
        }
        catch (ChannelClosedException error)
        {
            throw new BillingUnavailableException("The billing store is closed.", error);
        }

        return await work.Completion;
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = new SqliteConnection(ReaderConnection);
            await connection.OpenAsync(cancellationToken);
            using var session = new SqlSession(connection, SqlDialect.Sqlite, _time, keepsStatements: false);
            return await query(session);
        }
        catch (SqliteException error)
        {
            throw new BillingUnavailableException("The billing file cannot be read.", error);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        if (_writer is { } writer)
        {
            await Task.Run(writer.Join);
        }

        using var pooled = new SqliteConnection(ReaderConnection);
        SqliteConnection.ClearPool(pooled);
    }

    private string ReaderConnection => ConnectionString(SqliteOpenMode.ReadOnly, pooling: true);

    private async Task<int> MigrateAsync(CancellationToken cancellationToken)
    {
        await using var connection = await OpenWriterConnectionAsync(cancellationToken);
        connection.DefaultTimeout = MigrationLockSeconds;
        var migrations = SchemaMigration.Load(typeof(SqliteLedgerStore).Assembly, "billing.sqlite.");
        return await SchemaMigrator.ForSqlite(migrations, _time).ApplyAsync(connection, cancellationToken);
    }

    private void StartWriter(SqliteConnection connection)
    {
        Func<WalFlusher>? flusher = _durability == Durability.Write ? () => new(_file, Flush, _logger) : null;
        var loop = new SqliteWriter(connection, _queue.Reader, flusher, _time, _logger);
        Volatile.Write(ref _loop, loop);
        _writer = new Thread(loop.Run) { Name = "billing-writer", IsBackground = true };
        _writer.Start();
    }

    private async Task<SqliteConnection> OpenWriterConnectionAsync(CancellationToken cancellationToken)
    {
        var connection = new SqliteConnection(ConnectionString(SqliteOpenMode.ReadWriteCreate, pooling: false));
        await connection.OpenAsync(cancellationToken);
        await using var command = connection.CreateCommand();

        // What a savepoint keeps to undo an operation is worth nothing after it: it need not go through a file.
        command.CommandText = """
            PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON;
            PRAGMA temp_store = MEMORY;
            """;
        await command.ExecuteNonQueryAsync(cancellationToken);
        if (_durability == Durability.Strict)
        {
            command.CommandText = "PRAGMA synchronous = FULL;";
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        return connection;
    }

    private string ConnectionString(SqliteOpenMode mode, bool pooling) => new SqliteConnectionStringBuilder
    {
        DataSource = _file,
        Mode = mode,
        Pooling = pooling,
        DefaultTimeout = LockSeconds,
    }.ToString();
}
