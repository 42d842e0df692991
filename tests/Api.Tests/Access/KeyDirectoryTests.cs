using System.Data.Common;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Access;

public sealed class KeyDirectoryTests : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private readonly RecordingNews _news = new();
    private readonly CountingContexts _contexts;
    private readonly AccessStore _store;
    private readonly KeyDirectory _keys;

    public KeyDirectoryTests()
    {
        var pepper = Pepper.In(DataDirectory.Open(_directory));
        _contexts = new CountingContexts(Path.Combine(_directory, "access.db"));
        var trail = new AuditTrail(_contexts, new AuditChain(pepper), _time);
        _store = new AccessStore(_contexts, new ProjectStore(_contexts, trail, _time), trail, pepper, _time);
        _keys = new KeyDirectory(_store, pepper, _time, _news);
    }

    public async ValueTask InitializeAsync() =>
        await new AccessSchema(_contexts, _time).MigrateAsync(CancellationToken.None);

    public ValueTask DisposeAsync()
    {
        _keys.Dispose();
        Directory.Delete(_directory, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Complaint_27_A_key_finds_its_caller_and_the_second_time_without_the_store()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");

        var first = await _keys.FindAsync(key);
        var reads = _contexts.Made;
        var second = await _keys.FindAsync(key);

        Assert.Equal((org, KeyKind.Api, "first", key[^4..]), (first!.Org, first.Kind, first.Label, first.Last4));
        Assert.Same(first, second);
        Assert.Equal(reads, _contexts.Made);
    }

    [Fact]
    public async Task A_change_that_is_heard_of_is_read_at_once_and_told_to_others_only_where_it_was_made()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        Assert.NotNull(await _keys.FindAsync(key));
        await using (var db = _contexts.CreateDbContext())
        {
            await db.Keys.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        _keys.Heard(org);

        Assert.Null(await _keys.FindAsync(key));
        Assert.Empty(_news.Changes);
        _keys.Refresh(org);
        Assert.Equal([org], _news.Changes);
    }

    [Fact]
    public async Task What_was_read_while_it_changed_is_read_again()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        _contexts.Creating = () => _keys.Heard(org);
        Assert.NotNull(await _keys.FindAsync(key));
        _contexts.Creating = () => { };
        var reads = _contexts.Made;

        Assert.NotNull(await _keys.FindAsync(key));
        Assert.NotNull(await _keys.FindAsync(key));

        Assert.Equal(reads + 1, _contexts.Made);
    }

    [Fact]
    public async Task Attack_05_A_key_that_is_taken_back_in_the_store_is_refused_within_five_seconds()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        Assert.NotNull(await _keys.FindAsync(key));
        await using (var db = _contexts.CreateDbContext())
        {
            await db.Keys.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        Assert.NotNull(await _keys.FindAsync(key));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await _keys.FindAsync(key));
    }

    [Fact]
    public async Task Made_up_keys_keep_no_known_caller_waiting()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        Assert.NotNull(await _keys.FindAsync(key));
        _time.Advance(TimeSpan.FromSeconds(10));

        using var gate = new ManualResetEventSlim();
        _contexts.HoldBack = gate;
        var strangers = Enumerable.Range(0, 8)
            .Select(_ => Task.Factory.StartNew(
                () => _keys.FindAsync(ApiKey.Create(KeyKind.Api)).AsTask(),
                CancellationToken.None,
                TaskCreationOptions.LongRunning,
                TaskScheduler.Default).Unwrap())
            .ToArray();
        SpinWait.SpinUntil(() => _contexts.Waiting > 0, TimeSpan.FromSeconds(5));
        _contexts.HoldBack = null;
        Assert.NotNull(await _keys.FindAsync(key));
        gate.Set();
        Assert.All(await Task.WhenAll(strangers), Assert.Null);
    }

    [Fact]
    public async Task While_the_store_is_silent_a_known_key_lives_a_minute()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        Assert.NotNull(await _keys.FindAsync(key));
        _contexts.Silent = true;

        _time.Advance(TimeSpan.FromSeconds(59));
        Assert.NotNull(await _keys.FindAsync(key));
        _time.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAnyAsync<DbException>(async () => await _keys.FindAsync(key));
    }

    [Fact]
    public async Task A_header_sent_again_is_good_no_longer_than_its_key()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var header = "Bearer " + await _store.CreateKeyAsync(org, KeyKind.Api, "first");
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(org, (await FindInAsync(header))!.Org);
        }

        await using (var db = _contexts.CreateDbContext())
        {
            await db.Keys.ExecuteDeleteAsync(TestContext.Current.CancellationToken);
        }

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await FindInAsync(header));
        Assert.Null(await FindInAsync("Bearer " + ApiKey.Create(KeyKind.Api)));

        ValueTask<Caller?> FindInAsync(string text) => _keys.FindInAsync(text, text.AsSpan("Bearer ".Length));
    }

    [Fact]
    public async Task Attack_02_A_typo_touches_no_store()
    {
        var reads = _contexts.Made;

        Assert.Null(await _keys.FindAsync("gw-000000000000000000000000000000000000"));
        Assert.Equal(reads, _contexts.Made);
    }

    [Fact]
    public async Task Attack_03_An_unknown_key_is_read_once_for_all_its_callers_and_then_remembered()
    {
        var reads = _contexts.Made;
        var key = ApiKey.Create(KeyKind.Api);

        var found = await Task.WhenAll(
            Enumerable.Range(0, 64).Select(_ => Task.Run(async () => await _keys.FindAsync(key))));
        Assert.All(found, Assert.Null);
        Assert.InRange(_contexts.Made - reads, 1, 8);

        reads = _contexts.Made;
        Assert.Null(await _keys.FindAsync(key));
        Assert.Equal(reads, _contexts.Made);

        _time.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(await _keys.FindAsync(key));
        Assert.Equal(reads + 1, _contexts.Made);
    }

    [Fact]
    public async Task The_store_holds_no_key_text()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Admin, "x");

        foreach (var file in Directory.EnumerateFiles(_directory, "access.db*"))
        {
            var bytes = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            Assert.True(bytes.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(key[9..39])) < 0, file);
        }
    }

    [Fact]
    public async Task Another_pepper_knows_none_of_the_keys()
    {
        var org = await _store.CreateOrganizationAsync("Engines", "ada@example.org");
        var key = await _store.CreateKeyAsync(org, KeyKind.Api, "x");

        using var other = new KeyDirectory(_store, new Pepper(new byte[32]), _time);
        Assert.Null(await other.FindAsync(key));
    }

    private sealed class RecordingNews : IKeyNews
    {
        public List<OrgId> Changes { get; } = [];

        public void Changed(OrgId org) => Changes.Add(org);
    }

    private sealed class CountingContexts(string file) : IDbContextFactory<AccessDb>
    {
        private int _made;
        private int _waiting;

        public int Made => Volatile.Read(ref _made);

        public bool Silent { get; set; }

        /// <summary>What happens while the store is being asked.</summary>
        public Action Creating { get; set; } = static () => { };

        public ManualResetEventSlim? HoldBack { get; set; }

        public int Waiting => Volatile.Read(ref _waiting);

        public AccessDb CreateDbContext()
        {
            Interlocked.Increment(ref _made);
            if (HoldBack is { } gate)
            {
                Interlocked.Increment(ref _waiting);
                gate.Wait();
            }

            Creating();
            var path = Silent ? "/proc/no-such-folder/access.db" : file;
            return new(new DbContextOptionsBuilder<AccessDb>().UseSqlite($"Data Source={path}").Options);
        }
    }
}
