using System.Data.Common;
using System.Diagnostics.CodeAnalysis;

namespace Gateway.Core.Storage;

/// <summary>Brings one owner's schema to the newest version: one transaction under the store's own lock, so that
/// processes starting together apply each step once and a failing step leaves nothing behind. Calling it again does
/// nothing.</summary>
public sealed class SchemaMigrator
{
    private const int NameLimit = 63;

    private readonly IReadOnlyList<SchemaMigration> _migrations;
    private readonly TimeProvider _time;
    private readonly string[] _prelude;

    private SchemaMigrator(IReadOnlyList<SchemaMigration> migrations, TimeProvider time, string[] prelude) =>
        (_migrations, _time, _prelude) = (migrations, time, prelude);

    /// <summary>For a SQLite file of its own. Its provider begins transactions with BEGIN IMMEDIATE, which is the
    /// lock.</summary>
    public static SchemaMigrator ForSqlite(IReadOnlyList<SchemaMigration> migrations, TimeProvider time) =>
        new(migrations, time, []);

    /// <summary>For a schema of a PostgreSQL database, created when missing; an advisory lock named after it is held
    /// until the commit. The steps run with the search path set to that schema alone.</summary>
    /// <param name="migrations">All steps, in order.</param>
    /// <param name="time">Stamps what is applied.</param>
    /// <param name="schema">Lower case letters, digits and underscores.</param>
    public static SchemaMigrator ForPostgres(
        IReadOnlyList<SchemaMigration> migrations, TimeProvider time, string schema)
    {
        if (schema.Length is 0 or > NameLimit || !schema.All(IsPlain))
        {
            throw new ArgumentException($"'{schema}' cannot be a schema's name.", nameof(schema));
        }

        return new(migrations, time,
        [
            $"SELECT pg_advisory_xact_lock(hashtextextended('gateway.schema.{schema}', 0))",
            $"CREATE SCHEMA IF NOT EXISTS {schema}",
            $"SET LOCAL search_path TO {schema}",
        ]);
    }

    /// <summary>Applies what is missing and returns the version reached.</summary>
    /// <param name="connection">Open, without a transaction, and with the right to create tables.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left half applied.</param>
    /// <exception cref="InvalidOperationException">The store was written by a newer program, or an applied step has
    /// another text here.</exception>
    public async Task<int> ApplyAsync(DbConnection connection, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var statement in _prelude)
        {
            await ExecuteAsync(transaction, statement, cancellationToken);
        }

        await ExecuteAsync(transaction, """
            CREATE TABLE IF NOT EXISTS schema_version (
                version bigint PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, applied bigint NOT NULL)
            """,
            cancellationToken);
        var applied = await ReadAppliedAsync(transaction, cancellationToken);
        Verify(applied);
        foreach (var step in _migrations.Skip(applied.Count))
        {
            await ExecuteAsync(transaction, step.Sql, cancellationToken);
            await RecordAsync(transaction, step, cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
        return _migrations[^1].Version;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_';

    private void Verify(List<string> applied)
    {
        if (applied.Count > _migrations.Count)
        {
            throw new InvalidOperationException(
                $"The store's schema is {applied.Count}, this program knows {_migrations.Count}: use a newer program.");
        }

        for (var i = 0; i < applied.Count; i++)
        {
            if (applied[i] != _migrations[i].Checksum)
            {
                throw new InvalidOperationException(
                    $"Migration {_migrations[i].Version} was applied with another text: "
                    + "applied steps are never edited.");
            }
        }
    }

    private static async Task<List<string>> ReadAppliedAsync(
        DbTransaction transaction, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(transaction, "SELECT checksum FROM schema_version ORDER BY version");
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var applied = new List<string>();
        while (await reader.ReadAsync(cancellationToken))
        {
            applied.Add(reader.GetString(0));
        }

        return applied;
    }

    private async Task RecordAsync(DbTransaction transaction, SchemaMigration step, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(transaction,
            "INSERT INTO schema_version VALUES (@version, @name, @checksum, @applied)");
        Bind(command, "version", (long)step.Version);
        Bind(command, "name", step.Name);
        Bind(command, "checksum", step.Checksum);
        Bind(command, "applied", _time.GetUtcNow().ToUnixTimeMilliseconds());
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    private static async Task ExecuteAsync(DbTransaction transaction, string sql, CancellationToken cancellationToken)
    {
        await using var command = CreateCommand(transaction, sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [SuppressMessage("Security", "CA2100", Justification = "An embedded resource or a checked schema name.")]
    private static DbCommand CreateCommand(DbTransaction transaction, string sql)
    {
        var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        return command;
    }
}
