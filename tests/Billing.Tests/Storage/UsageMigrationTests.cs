using Gateway.Core.Storage;
using Microsoft.Data.Sqlite;

namespace Gateway.Billing.Tests.Storage;

public sealed class UsageMigrationTests
{
    private const int Before = 5;

    private const string Insert = """
        INSERT INTO org_account (org) VALUES ('org_a');
        INSERT INTO usage_record (day, request_id, incarnation, org, key_id, endpoint, model_asked, strategy, started,
            ended, ending, settlement, finish_reason, input, cached, output, reasoning, estimated, hold, charge,
            attempts, request_commit, response_commit, receipt, project, end_user, images, audio_ms, characters)
        VALUES (1, 'req_1', 'inc', 'org_a', 'key_a', '/v1', 'm', 'best', 2, 3, 'failed', 'settled', 'error', 4, 3, 2, 1,
            1, 5, 0, '[]', x'', x'', x'0102', 'proj_a', 'ada', 6, 7, 8)
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Records_from_before_the_table_was_made_anew_keep_every_value()
    {
        await using var connection = new SqliteConnection("Data Source=:memory:; Foreign Keys=True");
        await connection.OpenAsync(Token);
        var migrations = SchemaMigration.Load(typeof(Ledger).Assembly, "billing.sqlite.");
        await SchemaMigrator.ForSqlite([.. migrations.Take(Before)], TimeProvider.System).ApplyAsync(connection, Token);
        await using var insert = new SqliteCommand(Insert, connection);
        await insert.ExecuteNonQueryAsync(Token);
        var before = await ReadAsync(connection);

        await SchemaMigrator.ForSqlite(migrations, TimeProvider.System).ApplyAsync(connection, Token);

        Assert.Equal(before, await ReadAsync(connection));
    }

    private static async Task<SortedDictionary<string, object>> ReadAsync(SqliteConnection connection)
    {
        await using var select = new SqliteCommand("SELECT * FROM usage_record", connection);
        await using var row = await select.ExecuteReaderAsync(Token);
        Assert.True(await row.ReadAsync(Token));
        var values = new SortedDictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < row.FieldCount; i++)
        {
            values.Add(row.GetName(i), row.GetValue(i));
        }

        Assert.False(await row.ReadAsync(Token));
        return values;
    }
}
