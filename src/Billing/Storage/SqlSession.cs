using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;

namespace Gateway.Billing;

/// <summary>One connection as an operation sees it: parametrised statements and nothing else. A session that lives long
/// keeps each statement prepared.</summary>
internal sealed class SqlSession(DbConnection connection, SqlDialect dialect, TimeProvider time, bool keepsStatements)
    : IDisposable
{
    private readonly Dictionary<string, DbCommand> _statements = [];

    internal SqlDialect Dialect { get; } = dialect;

    /// <summary>Whether the operation wants everything it did undone although it returned a result.</summary>
    internal bool Abandoned { get; set; }

    /// <summary>Set by an operation that the journal, or the next of its kind, makes good if a power cut takes it: it
    /// need not wait for the disk.</summary>
    internal bool IsReplayable { get; set; }

    /// <summary>How long a statement may take; null for as long as the store gives requests.</summary>
    internal TimeSpan? Patience { get; set; }

    internal DbTransaction? Transaction { get; set; }

    /// <summary>Runs a statement and returns how many rows it changed.</summary>
    internal async Task<int> ExecuteAsync(string sql, params (string Name, object? Value)[] parameters)
    {
        var command = Prepare(sql, parameters);
        try
        {
            return await command.ExecuteNonQueryAsync();
        }
        finally
        {
            Release(command);
        }
    }

    /// <summary>The first row, or null when there is none.</summary>
    internal async Task<T?> FirstAsync<T>(
        string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
        where T : class => (await ListAsync(sql, map, parameters)).FirstOrDefault();

    /// <summary>All rows.</summary>
    internal async Task<List<T>> ListAsync<T>(
        string sql, Func<DbDataReader, T> map, params (string Name, object? Value)[] parameters)
    {
        var command = Prepare(sql, parameters);
        try
        {
            await using var reader = await command.ExecuteReaderAsync();
            var rows = new List<T>();
            while (await reader.ReadAsync())
            {
                rows.Add(map(reader));
            }

            return rows;
        }
        finally
        {
            Release(command);
        }
    }

    /// <summary>Adds many rows to a table, by the fastest way the store has.</summary>
    internal async Task InsertAsync(string table, string[] columns, IEnumerable<object?[]> rows)
    {
        if (connection is NpgsqlConnection postgres)
        {
            await CopyAsync(postgres, table, columns, rows);
            return;
        }

        using var insert = new SqliteInsert((SqliteConnection)connection, table, columns);
        foreach (var row in rows)
        {
            insert.Add(row);
        }
    }

    /// <summary>The store's time in Unix milliseconds.</summary>
    internal async Task<long> NowAsync() => Dialect.Now.Length == 0
        ? time.GetUtcNow().ToUnixTimeMilliseconds()
        : (await ListAsync(Dialect.Now, row => row.GetInt64(0)))[0];

    /// <summary>Waits until no other process is in an operation under the same name.</summary>
    internal async Task LockAsync(string name)
    {
        if (Dialect.TakeLock.Length > 0)
        {
            await ListAsync(Dialect.TakeLock, row => row.FieldCount, ("name", name));
        }
    }

    public void Dispose()
    {
        foreach (var command in _statements.Values)
        {
            command.Dispose();
        }
    }

    private static async Task CopyAsync(
        NpgsqlConnection postgres, string table, string[] columns, IEnumerable<object?[]> rows)
    {
        var copy = $"COPY {table} ({string.Join(", ", columns)}) FROM STDIN (FORMAT BINARY)";
        await using var import = await postgres.BeginBinaryImportAsync(copy);
        foreach (var row in rows)
        {
            await import.StartRowAsync();
            foreach (var value in row)
            {
                await (value switch
                {
                    long number => import.WriteAsync(number, NpgsqlDbType.Bigint),
                    string text => import.WriteAsync(text, NpgsqlDbType.Text),
                    byte[] bytes => import.WriteAsync(bytes, NpgsqlDbType.Bytea),
                    null => import.WriteNullAsync(),
                    _ => throw new ArgumentException(
                        $"A column cannot be of type {value.GetType().Name}.", nameof(rows)),
                });
            }
        }

        await import.CompleteAsync();
    }

    private DbCommand Prepare(string sql, (string Name, object? Value)[] parameters)
    {
        if (!_statements.TryGetValue(sql, out var command))
        {
            command = Create(sql, parameters);
            if (keepsStatements)
            {
                _statements.Add(sql, command);
            }
        }

        for (var i = 0; i < parameters.Length; i++)
        {
            command.Parameters[i].Value = parameters[i].Value ?? DBNull.Value;
        }

        command.Transaction = Transaction;
        return command;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Statements are constants; values are parameters.")]
    private DbCommand Create(string sql, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        if (Patience is { } patience)
        {
            command.CommandTimeout = (int)(patience.Ticks / TimeSpan.TicksPerSecond);
        }

        foreach (var (name, _) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            command.Parameters.Add(parameter);
        }

        return command;
    }

    private void Release(DbCommand command)
    {
        if (!keepsStatements)
        {
            command.Dispose();
        }
    }
}
