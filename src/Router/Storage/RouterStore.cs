using System.Data.Common;
using System.Diagnostics.CodeAnalysis;
using Gateway.Core.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.Router.Storage;

/// <summary>Where the router keeps what it learns: a file of its own on SQLite, a schema on PostgreSQL. The same
/// statements serve both.</summary>
internal sealed class RouterStore
{
    private const string Schema = "router";
    private const string FileName = "router.db";
    private const int PatienceSeconds = 5;

    private readonly Func<DbConnection> _connect;
    private readonly SchemaMigrator _migrator;

    private RouterStore(Func<DbConnection> connect, SchemaMigrator migrator) =>
        (_connect, _migrator) = (connect, migrator);

    internal static RouterStore OfSqlite(string directory, TimeProvider time)
    {
        var text = new SqliteConnectionStringBuilder
        {
            DataSource = Path.Combine(directory, FileName),
            DefaultTimeout = PatienceSeconds,
        }.ToString();
        return new(() => new SqliteConnection(text), SchemaMigrator.ForSqlite(Load("sqlite"), time));
    }

    internal static RouterStore OfPostgres(string connectionString, TimeProvider time)
    {
        var text = new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = Schema,
            Timeout = PatienceSeconds,
            CommandTimeout = PatienceSeconds,
        }.ToString();
        return new(() => new NpgsqlConnection(text), SchemaMigrator.ForPostgres(Load("postgres"), time, Schema));
    }

    /// <summary>Whether an exception means that the store did not answer.</summary>
    internal static bool IsOutage(Exception failure) =>
        failure is DbException or IOException or TimeoutException or System.Net.Sockets.SocketException;

    /// <summary>Brings the schema up to date; returns its version.</summary>
    internal async Task<int> MigrateAsync(CancellationToken ct)
    {
        await using var connection = _connect();
        await connection.OpenAsync(ct);
        return await _migrator.ApplyAsync(connection, ct);
    }

    /// <summary>Does several statements in one transaction.</summary>
    internal async Task<T> RunAsync<T>(Func<StoreSession, Task<T>> work, CancellationToken ct)
    {
        await using var connection = _connect();
        await connection.OpenAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        var result = await work(new(transaction, ct));
        await transaction.CommitAsync(ct);
        return result;
    }

    private static IReadOnlyList<SchemaMigration> Load(string store) =>
        SchemaMigration.Load(typeof(RouterStore).Assembly, $"{Schema}.{store}.");
}

/// <summary>Statements within one transaction.</summary>
internal sealed class StoreSession(DbTransaction transaction, CancellationToken ct)
{
    /// <summary>Runs a statement with values named <c>@p0</c>, <c>@p1</c> and so on; returns the rows it
    /// changed.</summary>
    internal async Task<int> ExecuteAsync(string sql, params object?[] values)
    {
        await using var command = Create(sql, values);
        return await command.ExecuteNonQueryAsync(ct);
    }

    /// <summary>All rows of a query.</summary>
    internal async Task<List<T>> ListAsync<T>(string sql, Func<DbDataReader, T> map, params object?[] values)
    {
        await using var command = Create(sql, values);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
        {
            rows.Add(map(reader));
        }

        return rows;
    }

    [SuppressMessage("Security", "CA2100", Justification = "Statements are constants; values are parameters.")]
    private DbCommand Create(string sql, object?[] values)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        for (var i = 0; i < values.Length; i++)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = $"p{i}";
            parameter.Value = values[i] ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
