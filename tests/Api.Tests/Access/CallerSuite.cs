using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Limits;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Access;

/// <summary>What limits a key, from the store to its caller; the same on both stores.</summary>
public abstract class CallerSuite : IAsyncLifetime
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private Contexts _contexts = null!;
    private Pepper _pepper = null!;
    private AccessStore _access = null!;
    private ProjectStore _projects = null!;
    private KeyStore _keys = null!;
    private LimitStore _limits = null!;
    private KeyDirectory _known = null!;
    private EndUsers _users = null!;

    public async ValueTask InitializeAsync()
    {
        _contexts = new Contexts(await OptionsAsync(_directory));
        _pepper = Pepper.In(DataDirectory.Open(_directory));
        await new AccessSchema(_contexts, _time).MigrateAsync(CancellationToken.None);
        _projects = new ProjectStore(_contexts, _time);
        _access = new AccessStore(_contexts, _projects, _pepper, _time);
        _keys = new KeyStore(_contexts, _pepper, _time);
        _limits = new LimitStore(_contexts);
        _known = new KeyDirectory(_access, _pepper, _time);
        _users = new EndUsers(_pepper);
    }

    public virtual ValueTask DisposeAsync()
    {
        _known.Dispose();
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_caller_knows_every_limit_it_stands_under_leaf_to_root()
    {
        var (org, project, text) = await CreateAsync();
        await _limits.SetSpendAsync(org, org.Value, LimitStore.Own, new(new(3), BudgetPeriod.Month));
        await _limits.SetSpendAsync(org, project.Id, LimitStore.Own, new(new(2), BudgetPeriod.Week));
        await _limits.SetSpendAsync(org, org.Value, LimitStore.EndUser, new(new(9), BudgetPeriod.Day));
        await _limits.ChangeRateAsync(org, org.Value, "", _ => new(100, null, null, null));
        await _limits.ChangeRateAsync(org, project.Id, "m", _ => new(10, null, null, null));
        _known.Refresh(org);

        var caller = (await _known.FindAsync(text))!;

        var id = new ProjectId(project.Id).ToString();
        Assert.Equal(id, caller.Payer.Project);
        Assert.Equal(
            [
                new Allowance(caller.Key.ToString(), BudgetKind.Key, new(1), BudgetPeriod.Total),
                new(id, BudgetKind.Project, new(2), BudgetPeriod.Week),
                new(org.ToString(), BudgetKind.Organization, new(3), BudgetPeriod.Month),
            ],
            caller.Payer.Budgets);
        Assert.Equal([LimitScope.Key, LimitScope.Organization], caller.Limits.For("x").Select(rule => rule.Scope));
        Assert.Equal(
            [LimitScope.Key, LimitScope.Organization, LimitScope.Project],
            caller.Limits.For("m").Select(rule => rule.Scope));

        var payer = _users.PayerOf(caller, "ada");
        Assert.Matches("^usr_[0-9a-f]{32}$", payer.EndUser);
        Assert.Equal(new Allowance(payer.EndUser, BudgetKind.EndUser, new(9), BudgetPeriod.Day), payer.Budgets[0]);
        Assert.Equal(caller.Payer.Budgets, payer.Budgets.Skip(1));
        Assert.Same(caller.Payer, _users.PayerOf(caller, ""));
        await _limits.SetSpendAsync(org, project.Id, LimitStore.EndUser, new(new(8), BudgetPeriod.Total));
        _known.Refresh(org);
        Assert.Equal(new NanoUsd(8), _users.PayerOf((await _known.FindAsync(text))!, "ada").Budgets[0].Cap);
    }

    [Fact]
    public async Task A_change_elsewhere_is_noticed_within_five_seconds()
    {
        var (org, project, text) = await CreateAsync();
        Assert.Null((await _known.FindAsync(text))!.EndUserLimit);
        await _limits.SetSpendAsync(org, org.Value, LimitStore.EndUser, new(new(9), BudgetPeriod.Day));

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull((await _known.FindAsync(text))!.EndUserLimit);

        await _projects.ArchiveAsync(org, new(project.Id));
        Assert.NotNull(await _known.FindAsync(text));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await _known.FindAsync(text));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_here_and_within_five_seconds_elsewhere()
    {
        var (org, project, text) = await CreateAsync();
        var caller = (await _known.FindAsync(text))!;

        Assert.True(await _keys.RevokeAsync(project, caller.Key));
        Assert.NotNull(await _known.FindAsync(text));
        _known.Refresh(org);
        Assert.Null(await _known.FindAsync(text));
        Assert.False(await _keys.RevokeAsync(project, caller.Key));
    }

    [Fact]
    public async Task An_old_key_stops_when_the_overlap_ends()
    {
        var (org, project, text) = await CreateAsync();
        var caller = (await _known.FindAsync(text))!;
        var rotated = await _keys.RotateAsync(project, caller.Key, TimeSpan.FromSeconds(100));
        _known.Refresh(org);

        var renewed = (await _known.FindAsync(rotated!.Value.Text))!;
        Assert.Equal(caller.Payer.Budgets, renewed.Payer.Budgets);
        Assert.Equal(
            caller.Limits.For("m").Select(rule => rule.Key), renewed.Limits.For("m").Select(rule => rule.Key));
        var again = await _keys.RotateAsync(project, renewed.Key, TimeSpan.FromSeconds(100));
        Assert.Equal(caller.Key, (await _known.FindAsync(again!.Value.Text))!.Line);
        Assert.Equal(
            new HashSet<KeyId> { caller.Key, renewed.Key, new(again.Value.Row.Id) },
            [.. await _keys.LineAsync(rotated.Value.Row)]);
        _time.Advance(TimeSpan.FromSeconds(99));
        Assert.NotNull(await _known.FindAsync(text));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _known.FindAsync(text));
        Assert.NotNull(await _known.FindAsync(again.Value.Text));
    }

    [Fact]
    public async Task A_key_from_before_there_were_projects_belongs_to_the_default_one()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        var (row, text) = AccessStore.NewKey(_pepper, _time, org, KeyKind.Api, project: null);
        await using (var db = _contexts.CreateDbContext())
        {
            db.Add(row);
            await db.SaveChangesAsync(TestContext.Current.CancellationToken);
        }

        Assert.Null((await _known.FindAsync(text))!.Project);
        var first = await _projects.DefaultAsync(org);
        _known.Refresh(org);

        Assert.Equal(new ProjectId(first.Id), (await _known.FindAsync(text))!.Project);
        Assert.Equal([row.Id], (await _keys.ListAsync(first, null, 10)).Select(key => key.Id));
        Assert.Empty(await _keys.ListAsync((await _projects.CreateAsync(org, "P"))!, null, 10));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_overlap()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await _projects.CreateAsync(org, $"P{i}");
        }

        var first = await _projects.ListAsync(org, null, 3, withArchived: false);
        Assert.Equal(4, first.Count);
        var second = await _projects.ListAsync(org, new(first[2].Id), 3, withArchived: false);
        Assert.Equal(["P2", "P3", "P4"], second.Select(row => row.Name));
    }

    [Fact]
    public async Task There_is_one_default_project_however_many_ask()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");

        var found = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => _projects.DefaultAsync(org)));

        Assert.Single(found.Select(row => row.Id).Distinct());
    }

    [Fact]
    public void An_end_users_id_depends_on_the_organisation_and_hides_the_name()
    {
        var (one, other) = (Guid.CreateVersion7(), Guid.CreateVersion7());

        Assert.Equal(_users.IdOf(one, "ada"), _users.IdOf(one, "ada"));
        Assert.NotEqual(_users.IdOf(one, "ada"), _users.IdOf(other, "ada"));
        Assert.NotEqual(_users.IdOf(one, "ada"), _users.IdOf(one, "Ada"));
        Assert.NotEqual(_users.IdOf(one, "ada"), new EndUsers(new Pepper(new byte[32])).IdOf(one, "ada"));
    }

    /// <summary>Where this suite's organisations lie.</summary>
    private protected abstract Task<DbContextOptions<AccessDb>> OptionsAsync(string directory);

    private async Task<(OrgId Org, ProjectRow Project, string Key)> CreateAsync()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        var project = (await _projects.CreateAsync(org, "P"))!;
        var settings = new KeySettings("k", KeyScopesText.Default, null, new(new(1), BudgetPeriod.Total),
            new(5, null, null, null), null);
        return (org, project, (await _keys.CreateAsync(project, settings))!.Value.Text);
    }

    private sealed class Contexts(DbContextOptions<AccessDb> options) : IDbContextFactory<AccessDb>
    {
        public AccessDb CreateDbContext() => new(options);
    }
}

public sealed class SqliteCallerTests : CallerSuite
{
    private protected override Task<DbContextOptions<AccessDb>> OptionsAsync(string directory)
    {
        var file = $"Data Source={Path.Combine(directory, "access.db")}";
        return Task.FromResult(new DbContextOptionsBuilder<AccessDb>().UseSqlite(file).Options);
    }
}

/// <summary>One PostgreSQL server for all tests of the class, an own database for each.</summary>
public sealed class AccessPostgres : IAsyncLifetime
{
    private int _databases;

    internal PostgresServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await PostgresServer.CreateAsync(CancellationToken.None);

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    internal Task<string> CreateDatabaseAsync() => Server.CreateDatabaseAsync(
        $"access{Interlocked.Increment(ref _databases)}", null, TestContext.Current.CancellationToken);
}

[Trait("Needs", "postgres")]
public sealed class PostgresCallerTests(AccessPostgres postgres) : CallerSuite, IClassFixture<AccessPostgres>
{
    private protected override async Task<DbContextOptions<AccessDb>> OptionsAsync(string directory) =>
        new DbContextOptionsBuilder<AccessDb>().UseNpgsql(await postgres.CreateDatabaseAsync()).Options;
}
