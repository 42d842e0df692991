using Gateway.Api.Content;
using Gateway.Api.Files;
using Gateway.Api.Hosting;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Content;

/// <summary>Files in their store; the same on both stores.</summary>
public abstract class FileStoreSuite : IAsyncLifetime
{
    private const int Quota = 1_000;

    private static readonly ContentOwner Owner = new(Guid.CreateVersion7(), Guid.CreateVersion7());

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private FileStore _files = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var contexts = new ContentContexts(await OptionsAsync(_directory));
        await new ContentSchema(contexts, _time).MigrateAsync(Token);
        var settings = GatewaySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Gateway:Files:QuotaBytes", $"{Quota}")]).Build());
        _files = new(contexts, new(new byte[32]), settings, _time);
    }

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_file_is_seen_once_it_is_whole_and_reads_as_it_was_written()
    {
        // Of unknown length, as the results of a batch are: longer than the room that is left, and in odd pieces.
        var bytes = new byte[(2 * FileWriter.PieceSize) + 77];
        new Random(3).NextBytes(bytes);
        var writer = (await _files.BeginAsync(Owner, Draft("long", 0), Token))!;
        for (var rest = bytes.AsMemory(); rest.Length > 0; rest = rest[Math.Min(100_001, rest.Length)..])
        {
            await writer.WriteAsync(rest[..Math.Min(100_001, rest.Length)], Token);
        }

        Assert.Null(await _files.FindAsync(Owner, writer.File, Token));
        var row = await _files.PublishAsync(writer, Token);
        Assert.Equal(("long", bytes.Length), (_files.NameOf(row), row.Bytes));
        Assert.NotNull(await _files.FindAsync(Owner, writer.File, Token));
        Assert.Equal(bytes, await ReadAsync(writer.File));
        Assert.Null(await _files.FindAsync(new(Owner.Org, Guid.CreateVersion7()), writer.File, Token));
        Assert.False(await _files.DeleteAsync(new(Guid.CreateVersion7(), Owner.Id), writer.File, Token));
    }

    [Fact]
    public async Task Uploads_at_the_same_time_never_take_more_than_the_quota()
    {
        var begun = await Task.WhenAll(Enumerable.Range(0, 12).Select(i =>
            _files.BeginAsync(new(Owner.Org, Guid.CreateVersion7()), Draft($"{i}", 300), Token)));

        Assert.Equal(3, begun.Count(writer => writer is not null));
        Assert.NotNull(await _files.BeginAsync(new(Guid.CreateVersion7(), Owner.Id), Draft("other", 300), Token));
        await _files.DropAsync(begun.First(writer => writer is not null)!.File);
        Assert.NotNull(await _files.BeginAsync(Owner, Draft("again", 300), Token));
    }

    [Fact]
    public async Task What_has_expired_is_gone_at_once_and_is_swept_with_what_was_never_whole()
    {
        var brief = (await _files.BeginAsync(Owner, Draft("brief", 5, TimeSpan.FromHours(1)), Token))!;
        await brief.WriteAsync(new byte[5], Token);
        await _files.PublishAsync(brief, Token);
        var kept = (await _files.BeginAsync(Owner, Draft("kept", 5), Token))!;
        await kept.WriteAsync(new byte[5], Token);
        await _files.PublishAsync(kept, Token);
        await _files.BeginAsync(Owner, Draft("half", 5), Token);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Null(await _files.FindAsync(Owner, brief.File, Token));
        Assert.Equal(1, await _files.SweepAsync(Token));
        Assert.Empty(await ReadAsync(brief.File));
        _time.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, await _files.SweepAsync(Token));
        Assert.Equal(new byte[5], await ReadAsync(kept.File));
    }

    [Fact]
    public async Task A_list_is_of_its_owner_in_either_order()
    {
        var owner = new ContentOwner(Guid.CreateVersion7(), Guid.CreateVersion7());
        var made = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(5));
            made.Add((await _files.PublishAsync((await _files.BeginAsync(owner, Draft("x", 1), Token))!, Token)).Id);
        }

        Assert.Equal([made[2], made[1]], await IdsAsync(owner, new(null, null, 1, OldestFirst: false)));
        Assert.Equal([made[1], made[0]], await IdsAsync(owner, new(null, made[2], 5, OldestFirst: false)));
        Assert.Equal([made[1], made[2]], await IdsAsync(owner, new("user_data", made[0], 5, OldestFirst: true)));
        Assert.Empty(await IdsAsync(owner, new("batch", null, 5, OldestFirst: true)));
    }

    /// <summary>Where this suite's content lies.</summary>
    private protected abstract Task<DbContextOptions<ContentDb>> OptionsAsync(string directory);

    private static FileDraft Draft(string name, long bytes, TimeSpan? lifetime = null) =>
        new(name, FilePurpose.UserData, bytes, lifetime);

    private async Task<byte[]> ReadAsync(Guid file)
    {
        var bytes = new List<byte>();
        await foreach (var piece in _files.ReadAsync(file, Token))
        {
            bytes.AddRange(piece);
        }

        return [.. bytes];
    }

    private async Task<List<Guid>> IdsAsync(ContentOwner owner, FileQuery query) =>
        [.. (await _files.ListAsync(owner, query, Token)).Select(row => row.Id)];
}

/// <summary>Makes contexts as the container does.</summary>
internal sealed class ContentContexts(DbContextOptions<ContentDb> options) : IDbContextFactory<ContentDb>
{
    public ContentDb CreateDbContext() => new(options);
}

public sealed class FileStoreOnSqliteTests : FileStoreSuite
{
    private protected override Task<DbContextOptions<ContentDb>> OptionsAsync(string directory) =>
        Task.FromResult(ContentFile.Options(directory));
}

/// <summary>A content store in a folder.</summary>
internal static class ContentFile
{
    public static DbContextOptions<ContentDb> Options(string directory) =>
        new DbContextOptionsBuilder<ContentDb>()
            .UseSqlite($"Data Source={Path.Combine(directory, "content.db")};Pooling=False").Options;
}

[Trait("Needs", "postgres")]
public sealed class FileStoreOnPostgresTests(ContentPostgres postgres) : FileStoreSuite, IClassFixture<ContentPostgres>
{
    private protected override async Task<DbContextOptions<ContentDb>> OptionsAsync(string directory) =>
        new DbContextOptionsBuilder<ContentDb>().UseNpgsql(await postgres.CreateDatabaseAsync()).Options;
}

/// <summary>One PostgreSQL server for all tests of the class, an own database for each.</summary>
public sealed class ContentPostgres : IAsyncLifetime
{
    private int _databases;

    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.CreateAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<string> CreateDatabaseAsync() => Server.CreateDatabaseAsync(
        $"content{Interlocked.Increment(ref _databases)}", null, TestContext.Current.CancellationToken);
}
