using Gateway.Api.Access;
using Gateway.Core.Storage;
using Gateway.Testing;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using Npgsql;

namespace Gateway.Api.Tests.Access;

/// <summary>The scripts of the schema make what the model reads, in both stores.</summary>
public sealed class PersonSchemaTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sqlite_has_the_models_columns()
    {
        var file = Path.Combine(TemporaryFolder.New("gateway-people-"), "access.db");
        await using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        await connection.OpenAsync(Token);
        var steps = SchemaMigration.Load(typeof(PersonDb).Assembly, "access.sqlite.");
        await SchemaMigrator.ForSqlite(steps, TimeProvider.System).ApplyAsync(connection, Token);
        await using var db = new PersonDb(
            new DbContextOptionsBuilder<PersonDb>().UseSqlite(connection).Options);

        await CheckAsync(db, table => $"SELECT name AS Value FROM pragma_table_info('{table}')");
    }

    [Fact]
    public async Task Postgres_has_the_models_columns()
    {
        await using var server = await PostgresServer.CreateAsync(Token);
        await using var connection = new NpgsqlConnection(server.ConnectionString("postgres"));
        await connection.OpenAsync(Token);
        var steps = SchemaMigration.Load(typeof(PersonDb).Assembly, "access.postgres.");
        await SchemaMigrator.ForPostgres(steps, TimeProvider.System, "access").ApplyAsync(connection, Token);
        await using var db = new PersonDb(
            new DbContextOptionsBuilder<PersonDb>().UseNpgsql(connection).Options);

        await CheckAsync(db, table => "SELECT column_name AS \"Value\" FROM information_schema.columns "
            + $"WHERE table_schema = 'access' AND table_name = '{table}'");
    }

    private static async Task CheckAsync(PersonDb db, Func<string, string> sql)
    {
        foreach (var entity in db.Model.GetEntityTypes().Where(entity => !entity.IsMappedToJson()))
        {
            var table = entity.GetTableName()!;
            var store = StoreObjectIdentifier.Create(entity, StoreObjectType.Table)!.Value;
            var mapped = entity.GetProperties().Select(property => property.GetColumnName(store)!)
                .Concat(entity.GetNavigations().Where(part => part.TargetEntityType.IsMappedToJson())
                    .Select(part => part.TargetEntityType.GetContainerColumnName()!));
            var names = await db.Database.SqlQueryRaw<string>(sql(table)).ToListAsync(Token);
            Assert.Equal(mapped.Order(StringComparer.Ordinal), names.Order(StringComparer.Ordinal));
        }
    }
}
