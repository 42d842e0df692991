using Gateway.Core.Storage;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Brings the schema of keys and organisations up to date from the scripts in Schema/.</summary>
internal sealed class AccessSchema(IDbContextFactory<AccessDb> contexts, TimeProvider time)
{
    private const string Schema = "access";

    /// <summary>Applies what is missing; returns the version now in force.</summary>
    public async Task<int> MigrateAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Database.OpenConnectionAsync(ct);
        return await Migrator(db).ApplyAsync(db.Database.GetDbConnection(), ct);
    }

    private SchemaMigrator Migrator(AccessDb db) => db.Database.IsNpgsql()
        ? SchemaMigrator.ForPostgres(Load("postgres"), time, Schema)
        : SchemaMigrator.ForSqlite(Load("sqlite"), time);

    private static IReadOnlyList<SchemaMigration> Load(string store) =>
        SchemaMigration.Load(typeof(AccessSchema).Assembly, $"{Schema}.{store}.");
}
