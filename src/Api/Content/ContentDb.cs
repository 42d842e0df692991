using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Content;

/// <summary>What callers store here. A store of its own: megabytes of files beside the keys would slow down every
/// look-up and every copy of them. The schema is written out in Schema/; this only maps it.</summary>
internal sealed class ContentDb(DbContextOptions<ContentDb> options) : DbContext(options)
{
    /// <summary>Its schema on PostgreSQL.</summary>
    public const string Schema = "content";

    public DbSet<FileRow> Files => Set<FileRow>();

    public DbSet<FilePieceRow> Pieces => Set<FilePieceRow>();

    public DbSet<BatchRow> Batches => Set<BatchRow>();

    public DbSet<BatchLineRow> BatchLines => Set<BatchLineRow>();

    public DbSet<ResponseRow> Responses => Set<ResponseRow>();

    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        if (Database.IsNpgsql())
        {
            modelBuilder.HasDefaultSchema(Schema);
        }

        modelBuilder.Entity<FileRow>(row =>
        {
            row.ToTable("file");
            row.HasKey(file => file.Id);
        });
        modelBuilder.Entity<FilePieceRow>(row =>
        {
            row.ToTable("file_piece");
            row.HasKey(piece => new { piece.File, piece.N });
            row.HasOne<FileRow>().WithMany().HasForeignKey(piece => piece.File);
        });
        modelBuilder.Entity<BatchRow>(row =>
        {
            row.ToTable("batch");
            row.HasKey(batch => batch.Id);
        });
        modelBuilder.Entity<BatchLineRow>(row =>
        {
            row.ToTable("batch_line");
            row.HasKey(line => new { line.Batch, line.N });
            row.HasOne<BatchRow>().WithMany().HasForeignKey(line => line.Batch);
        });
        modelBuilder.Entity<ResponseRow>(row =>
        {
            row.ToTable("response");
            row.HasKey(response => response.Id);
        });
        Access.SnakeCase.Apply(modelBuilder);
    }
}
