using Gateway.Api.Access;
using Gateway.Core.Storage;
using Gateway.Testing;
using Microsoft.Data.Sqlite;

namespace Gateway.Api.Tests.Access;

/// <summary>A store of the version before people had roles goes on without losing anybody.</summary>
public sealed class UpgradeTests
{
    private const int Before = 3;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Owners_get_an_id_and_admin_keys_every_scope()
    {
        await using var db = new SqliteConnection(
            $"Data Source={Path.Combine(TemporaryFolder.New("gateway-upgrade-"), "access.db")};Pooling=False");
        await db.OpenAsync(Token);
        var steps = SchemaMigration.Load(typeof(AccessSchema).Assembly, "access.sqlite.");
        await SchemaMigrator.ForSqlite([.. steps.Take(Before)], TimeProvider.System).ApplyAsync(db, Token);
        await RunAsync(db, """
            INSERT INTO organization VALUES ('A0000000-0000-7000-8000-000000000000', 'Engines', 1);
            INSERT INTO member VALUES ('A0000000-0000-7000-8000-000000000000', 'ada@example.org', 'owner', 2);
            INSERT INTO member VALUES ('A0000000-0000-7000-8000-000000000000', 'bob@example.org', 'owner', 3);
            INSERT INTO api_key (id, org, kind, hash, label, last4, created_at)
            VALUES ('B0000000-0000-7000-8000-000000000000', 'A0000000-0000-7000-8000-000000000000', 'admin',
                zeroblob(32), 'k', 'abcd', 4);
            """);

        await SchemaMigrator.ForSqlite(steps, TimeProvider.System).ApplyAsync(db, Token);

        Assert.Equal(
            "2 2 7", await RunAsync(db, "SELECT count(DISTINCT id) || ' ' || count(*) || ' ' || (max(created_at) + 4) "
                + "FROM member WHERE role = 'owner' AND length(id) = 36"));
        Assert.True(Guid.TryParseExact(await RunAsync(db, "SELECT id FROM member LIMIT 1"), "D", out _));
        Assert.Equal(
            AdminScopesText.All, AdminScopesText.Parse(await RunAsync(db, "SELECT scopes FROM api_key")));
    }

    private static async Task<string> RunAsync(SqliteConnection db, string sql)
    {
        await using var command = db.CreateCommand();
#pragma warning disable CA2100 // A test's own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        return (await command.ExecuteScalarAsync(Token))?.ToString() ?? "";
    }
}
