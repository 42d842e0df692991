using System.Data.Common;
using Gateway.Billing.Tests.Kit;
using Gateway.Core.Storage;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Gateway.Billing.Tests.Cash;

/// <summary>Lots and deposits of a store that is older than these rules come through the step that rebuilds
/// them.</summary>
public sealed class CashMigrationTests(PostgresFixture postgres)
{
    private const int Before = 2;

    private const string Rows = """
        INSERT INTO org_account (org, available) VALUES ('org_1', 30), ('org_2', 5);
        INSERT INTO lot (id, org, kind, deposit, rate, rao, nusd, rao_left, nusd_left) VALUES
            ('lot_b', 'org_1', 'paid', 'x', 1000, 20, 20, 20, 20),
            ('lot_a', 'org_1', 'paid', 'y', 1000, 10, 10, 10, 10),
            ('lot_c', 'org_2', 'paid', 'z', 1000, 5, 5, 5, 5);
        INSERT INTO deposit
            (genesis, block_hash, event_index, height, address, org, rao, block_time, state, rate, lot)
        VALUES ('0xg', '0x1', 0, 1, '5A', 'org_1', 10, 1, 'credited', 1000, 'lot_a'),
            ('0xg', '0x1', 1, 1, '5A', 'org_1', 20, 1, 'credited', 1000, 'lot_b'),
            ('0xg', '0x2', 0, 2, '5B', 'org_2', 5, 1, 'credited', 1000, 'lot_c');
        """;

    private const string Lots =
        "SELECT string_agg(id || n || kind || expired, ' ' ORDER BY org, n) || ' ' || sum(rao_left) FROM lot";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_old_file_keeps_its_lots_and_deposits()
    {
        var file = Path.GetTempFileName();
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await MigrateAsync(
            connection, "billing.sqlite.", steps => SchemaMigrator.ForSqlite(steps, TimeProvider.System));
        File.Delete(file);
    }

    [Fact]
    public async Task An_old_database_keeps_its_lots_and_deposits()
    {
        var database = await postgres.Server.CreateDatabaseAsync(
            "cash_" + Guid.CreateVersion7().ToString("N"), null, Token);
        await using var connection = new NpgsqlConnection(database + ";Search Path=billing;Pooling=false");
        await MigrateAsync(connection, "billing.postgres.",
            steps => SchemaMigrator.ForPostgres(steps, TimeProvider.System, "billing"));
    }

    private static async Task MigrateAsync(
        DbConnection connection, string prefix, Func<IReadOnlyList<SchemaMigration>, SchemaMigrator> create)
    {
        await connection.OpenAsync(Token);
        var steps = SchemaMigration.Load(typeof(PostgresLedgerStore).Assembly, prefix);
        await create([.. steps.Take(Before)]).ApplyAsync(connection, Token);
        await ReadAsync(connection, Rows);

        await create(steps).ApplyAsync(connection, Token);

        Assert.Equal("lot_a1paid0 lot_b2paid0 lot_c1paid0 35", await ReadAsync(connection, Lots));
        Assert.Equal("3", await ReadAsync(connection,
            "SELECT CAST(count(*) AS TEXT) FROM deposit d JOIN lot l ON l.id = d.lot AND l.rao = d.rao"));
        await Assert.ThrowsAnyAsync<DbException>(() => ReadAsync(connection, "DELETE FROM lot"));
    }

    private static async Task<string?> ReadAsync(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Each text is a constant of this file.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (string?)await command.ExecuteScalarAsync(Token);
    }
}
