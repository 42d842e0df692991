using System.Data.Common;
using Gateway.Billing.Tests.Kit;
using Gateway.Core.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.Billing.Tests.Storage;

/// <summary>The migrator that every owner of a schema uses, on both stores.</summary>
public abstract class SchemaMigratorSuite : IAsyncLifetime
{
    private static readonly SchemaMigration First =
        new(1, "first", "CREATE TABLE one (id INTEGER); CREATE TABLE two (id INTEGER);");
    private static readonly SchemaMigration Second = new(2, "second", "ALTER TABLE one ADD COLUMN name TEXT;");
    private static readonly SchemaMigration Faulty =
        new(3, "faulty", "CREATE TABLE three (id INTEGER); SELECT nonsense FROM nowhere;");

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Steps_are_applied_in_order_and_once()
    {
        Assert.Equal(1, await ApplyAsync(First));
        Assert.Equal(2, await ApplyAsync(First, Second));
        Assert.Equal(2, await ApplyAsync(First, Second));
        Assert.Equal("2 first second", await ReadAsync(
            "SELECT count(*) || ' ' || min(name) || ' ' || max(name) FROM schema_version"));
        Assert.Equal("0", await ReadAsync("SELECT CAST(count(name) AS TEXT) FROM one"));
    }

    [Fact]
    public async Task Processes_starting_together_apply_each_step_once()
    {
        var versions = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => Task.Run(() => ApplyAsync(First, Second), Token)));

        Assert.All(versions, version => Assert.Equal(2, version));
        Assert.Equal("2", await ReadAsync("SELECT CAST(count(*) AS TEXT) FROM schema_version"));
    }

    [Fact]
    public async Task A_failing_step_leaves_nothing_behind()
    {
        await ApplyAsync(First);

        await Assert.ThrowsAnyAsync<DbException>(() => ApplyAsync(First, Second, Faulty));

        Assert.Equal("1", await ReadAsync("SELECT CAST(count(*) AS TEXT) FROM schema_version"));
        await Assert.ThrowsAnyAsync<DbException>(() => ReadAsync("SELECT CAST(count(*) AS TEXT) FROM three"));
        await Assert.ThrowsAnyAsync<DbException>(() => ReadAsync("SELECT CAST(count(name) AS TEXT) FROM one"));
    }

    [Fact]
    public async Task An_edited_step_and_a_newer_store_are_refused()
    {
        await ApplyAsync(First, Second);

        var edited = await Assert.ThrowsAsync<InvalidOperationException>(
            () => ApplyAsync(First with { Sql = First.Sql + " " }, Second));
        var newer = await Assert.ThrowsAsync<InvalidOperationException>(() => ApplyAsync(First));

        Assert.Contains("never edited", edited.Message, StringComparison.Ordinal);
        Assert.Contains("newer program", newer.Message, StringComparison.Ordinal);
    }

    protected abstract DbConnection Connect();

    protected abstract SchemaMigrator Create(SchemaMigration[] migrations);

    private async Task<int> ApplyAsync(params SchemaMigration[] migrations)
    {
        await using var connection = Connect();
        await connection.OpenAsync(Token);
        return await Create(migrations).ApplyAsync(connection, Token);
    }

    private async Task<string> ReadAsync(string sql)
    {
        await using var connection = Connect();
        await connection.OpenAsync(Token);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Each text stands in a test above.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (string)(await command.ExecuteScalarAsync(Token))!;
    }
}

public sealed class SqliteSchemaMigratorTests : SchemaMigratorSuite
{
    private readonly string _file = Path.GetTempFileName();

    public override ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        File.Delete(_file);
        return base.DisposeAsync();
    }

    protected override DbConnection Connect() => new SqliteConnection($"Data Source={_file};Pooling=False");

    protected override SchemaMigrator Create(SchemaMigration[] migrations) =>
        SchemaMigrator.ForSqlite(migrations, TimeProvider.System);
}

public sealed class PostgresSchemaMigratorTests(PostgresFixture postgres) : SchemaMigratorSuite
{
    private string _connectionString = "";

    public override async ValueTask InitializeAsync() => _connectionString = await postgres.Server.CreateDatabaseAsync(
        "migrator_" + Guid.CreateVersion7().ToString("N"), null, Token) + ";Search Path=owner;Pooling=false";

    [Theory]
    [InlineData("")]
    [InlineData("Owner")]
    [InlineData("a;drop")]
    [InlineData("a b")]
    public void A_schema_name_that_needs_quoting_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => SchemaMigrator.ForPostgres([], TimeProvider.System, name));

    protected override DbConnection Connect() => new NpgsqlConnection(_connectionString);

    protected override SchemaMigrator Create(SchemaMigration[] migrations) =>
        SchemaMigrator.ForPostgres(migrations, TimeProvider.System, "owner");
}
