using Gateway.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Content;

/// <summary>Brings the schema of stored content up to date from the scripts in Schema/.</summary>
internal sealed class ContentSchema(IDbContextFactory<ContentDb> contexts, TimeProvider time)
{
    /// <summary>Applies what is missing; returns the version now in force.</summary>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Database.OpenConnectionAsync(ct);
        if (db.Database.IsSqlite())
        {
            // Whoever downloads a file must not hold up a batch that writes.
            await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL", ct);
        }

        return await Migrator(db).ApplyAsync(db.Database.GetDbConnection(), ct);
    }

    private SchemaMigrator Migrator(ContentDb db) => db.Database.IsNpgsql()
        ? SchemaMigrator.ForPostgres(Load("postgres"), time, ContentDb.Schema)
        : SchemaMigrator.ForSqlite(Load("sqlite"), time);

    private static IReadOnlyList<SchemaMigration> Load(string store) =>
        SchemaMigration.Load(typeof(ContentSchema).Assembly, $"{ContentDb.Schema}.{store}.");
}
