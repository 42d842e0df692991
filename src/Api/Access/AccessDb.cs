using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Organisations, members and keys. The schema is written out in Schema/; this only maps it.</summary>
internal sealed class AccessDb(DbContextOptions<AccessDb> options) : DbContext(options)
{
    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();

    public DbSet<MemberRow> Members => Set<MemberRow>();

    public DbSet<ApiKeyRow> Keys => Set<ApiKeyRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        if (Database.IsNpgsql())
        {
            modelBuilder.HasDefaultSchema("access");
        }

        modelBuilder.Entity<OrganizationRow>(row =>
        {
            row.ToTable("organization");
            row.HasKey(organization => organization.Id);
        });
        modelBuilder.Entity<MemberRow>(row =>
        {
            row.ToTable("member");
            row.HasKey(member => new { member.Org, member.Email });
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(member => member.Org);
        });
        modelBuilder.Entity<ApiKeyRow>(row =>
        {
            row.ToTable("api_key");
            row.HasKey(key => key.Id);
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(key => key.Org);
        });
        UseSnakeCase(modelBuilder);
    }

    private static void UseSnakeCase(ModelBuilder modelBuilder)
    {
        foreach (var property in modelBuilder.Model.GetEntityTypes().SelectMany(entity => entity.GetProperties()))
        {
            property.SetColumnName(ToSnakeCase(property.Name));
        }
    }

    private static string ToSnakeCase(string name) =>
        string.Concat(name.Select((c, i) =>
            char.IsUpper(c) ? (i == 0 ? "" : "_") + char.ToLowerInvariant(c) : c.ToString()));
}
