using Gateway.Api.Access;
using Gateway.Api.Audit;
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
    private static readonly Actor Me = Actor.Console;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private Contexts _contexts = null!;
    private Pepper _pepper = null!;
    private AuditTrail _trail = null!;
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
        _trail = new AuditTrail(_contexts, new AuditChain(_pepper), _time);
        _projects = new ProjectStore(_contexts, _trail, _time);
        _access = new AccessStore(_contexts, _projects, _trail, _pepper, _time);
        _keys = new KeyStore(_contexts, _trail, _pepper, _time);
        _limits = new LimitStore(_contexts, _trail);
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
        await _limits.SetSpendAsync(org, org.Value, LimitStore.Own, new(new(3), BudgetPeriod.Month), Me);
        await _limits.SetSpendAsync(org, project.Id, LimitStore.Own, new(new(2), BudgetPeriod.Week), Me);
        await _limits.SetSpendAsync(org, org.Value, LimitStore.EndUser, new(new(9), BudgetPeriod.Day), Me);
        await _limits.ChangeRateAsync(org, org.Value, "", _ => new(100, null, null, null), Me);
        await _limits.ChangeRateAsync(org, project.Id, "m", _ => new(10, null, null, null), Me);
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
        await _limits.SetSpendAsync(org, project.Id, LimitStore.EndUser, new(new(8), BudgetPeriod.Total), Me);
        _known.Refresh(org);
        Assert.Equal(new NanoUsd(8), _users.PayerOf((await _known.FindAsync(text))!, "ada").Budgets[0].Cap);
    }

    [Fact]
    public async Task A_change_elsewhere_is_noticed_within_five_seconds()
    {
        var (org, project, text) = await CreateAsync();
        Assert.Null((await _known.FindAsync(text))!.EndUserLimit);
        await _limits.SetSpendAsync(org, org.Value, LimitStore.EndUser, new(new(9), BudgetPeriod.Day), Me);

        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.NotNull((await _known.FindAsync(text))!.EndUserLimit);

        await _projects.ArchiveAsync(org, new(project.Id), Me);
        Assert.NotNull(await _known.FindAsync(text));
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await _known.FindAsync(text));
    }

    [Fact]
    public async Task A_revoked_key_is_refused_at_once_here_and_within_five_seconds_elsewhere()
    {
        var (org, project, text) = await CreateAsync();
        var caller = (await _known.FindAsync(text))!;

        Assert.True(await _keys.RevokeAsync(project, caller.Key, Me));
        Assert.NotNull(await _known.FindAsync(text));
        _known.Refresh(org);
        Assert.Null(await _known.FindAsync(text));
        Assert.False(await _keys.RevokeAsync(project, caller.Key, Me));
    }

    [Fact]
    public async Task An_old_key_stops_when_the_overlap_ends()
    {
        var (org, project, text) = await CreateAsync();
        var caller = (await _known.FindAsync(text))!;
        var rotated = await _keys.RotateAsync(project, caller.Key, TimeSpan.FromSeconds(100), Me);
        _known.Refresh(org);

        var renewed = (await _known.FindAsync(rotated!.Value.Text))!;
        Assert.Equal(caller.Payer.Budgets, renewed.Payer.Budgets);
        Assert.Equal(
            caller.Limits.For("m").Select(rule => rule.Key), renewed.Limits.For("m").Select(rule => rule.Key));
        var again = await _keys.RotateAsync(project, renewed.Key, TimeSpan.FromSeconds(100), Me);
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
        Assert.Empty(await _keys.ListAsync((await _projects.CreateAsync(org, "P", Me))!, null, 10));
    }

    [Fact]
    public async Task Pages_follow_one_another_without_gap_or_overlap()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        for (var i = 0; i < 5; i++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await _projects.CreateAsync(org, $"P{i}", Me);
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

    [Fact]
    public async Task A_project_narrows_the_models_of_its_keys()
    {
        var (org, project, _) = await CreateAsync();
        var settings = new KeySettings("k", KeyScopesText.Default, ["a", "b"], null, default, null);
        var narrow = (await _keys.CreateAsync(project, settings, Me))!.Value.Text;
        var wide = (await _keys.CreateAsync(project, settings with { Models = null }, Me))!.Value.Text;
        await new ModelPermissionStore(_trail).SetAsync(project, ["b", "c"], Me);

        Assert.Equal(["b"], (await _known.FindAsync(narrow))!.Models!);
        Assert.Equal(["b", "c"], (await _known.FindAsync(wide))!.Models!.Order());

        await new ModelPermissionStore(_trail).SetAsync(project, null, Me);
        _known.Refresh(org);
        Assert.Equal(["a", "b"], (await _known.FindAsync(narrow))!.Models!.Order());
        Assert.Null((await _known.FindAsync(wide))!.Models);
    }

    [Fact]
    public async Task An_act_that_fails_leaves_no_row_and_parallel_acts_make_one_chain()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        await Assert.ThrowsAsync<InvalidOperationException>(() => _trail.ActAsync<bool>(org, Me, act =>
        {
            act.Note(new("project.created", "x"));
            throw new InvalidOperationException("no");
        }));
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => _projects.CreateAsync(org, $"P{i}", Me)));

        await using var db = _contexts.CreateDbContext();
        var rows = await db.Audit.AsNoTracking().OrderBy(row => row.Seq)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(Enumerable.Range(1, 10).Select(i => (long)i), rows.Select(row => row.Seq));
        Assert.Equal(8, rows.Count(row => row.Type == "project.created"));
        var (count, problems) = await VerifyAsync();
        Assert.Equal(10, count);
        Assert.Empty(problems);
    }

    [Theory]
    [InlineData("UPDATE {t} SET data = '[]' WHERE seq = 2", "row 2 was changed")]
    [InlineData("UPDATE {t} SET actor = 'somebody' WHERE seq = 2", "row 2 was changed")]
    [InlineData("UPDATE {t} SET at = at + 1 WHERE seq = 1", "row 1 was changed")]
    [InlineData("DELETE FROM {t} WHERE seq = 2", "row 2 is missing")]
    [InlineData("UPDATE {t} SET hash = (SELECT hash FROM {t} AS other WHERE other.seq = 1) WHERE seq = 3",
        "row 3 was changed")]
    public async Task A_changed_row_of_the_audit_log_is_refused_and_else_found(string sql, string problem)
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        await _projects.CreateAsync(org, "P", Me);
        await using var db = _contexts.CreateDbContext();
        var isPostgres = db.Database.IsNpgsql();
        var change = sql.Replace("{t}", isPostgres ? "access.audit_entry" : "audit_entry", StringComparison.Ordinal);
        await Assert.ThrowsAnyAsync<System.Data.Common.DbException>(() => ExecuteAsync(db, change));

        string[] opening = isPostgres
            ? ["ALTER TABLE access.audit_entry DISABLE TRIGGER ALL"]
            : ["DROP TRIGGER audit_entry_is_immutable", "DROP TRIGGER audit_entry_is_permanent"];
        foreach (var statement in opening)
        {
            await ExecuteAsync(db, statement);
        }

        Assert.Empty((await VerifyAsync()).Problems);
        await ExecuteAsync(db, change);

        Assert.Contains(problem, Assert.Single((await VerifyAsync()).Problems), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_put_back_to_an_older_state_lacks_rows_of_the_file()
    {
        var directory = DataDirectory.Open(_directory);
        var file = new AuditFile(directory, Microsoft.Extensions.Logging.Abstractions.NullLogger<AuditFile>.Instance);
        var trail = new AuditTrail(_contexts, new AuditChain(_pepper), _time, file);
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        await trail.NoteAsync(org, Me, new("project.created", "x"));
        Assert.Empty((await VerifyAsync()).Problems);

        var line = (await File.ReadAllLinesAsync(
            Path.Combine(_directory, AuditFile.Name), TestContext.Current.CancellationToken))[^1];
        await File.AppendAllTextAsync(
            Path.Combine(_directory, AuditFile.Name),
            line.Replace("\"Seq\":3", "\"Seq\":4", StringComparison.Ordinal) + "\n{half",
            TestContext.Current.CancellationToken);

        Assert.Contains("row 4 stands in audit.jsonl", Assert.Single((await VerifyAsync()).Problems),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_owners_who_leave_at_the_same_time_leave_one()
    {
        var (org, people, ids) = await OwnersAsync();
        var authority = Authority.Of(Role.Owner);

        var done = await Task.WhenAll(ids.Select(id => people.RemoveAsync(org, id, authority, Me)));

        Assert.Equal(1, done.Count(one => one.Change == PersonChange.Done));
        Assert.Equal(1, done.Count(one => one.Change == PersonChange.LastOwner));
        Assert.Single(await people.ListAsync(org, null, 10, []));
    }

    [Fact]
    public async Task An_invite_is_good_once_for_its_address_and_for_seven_days()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        var project = (await _projects.CreateAsync(org, "P", Me))!;
        var invites = new InviteStore(_contexts, _trail, _pepper, _time);
        var (_, token) = (await invites.CreateAsync(
            org, "bob@example.org", "reader", [(new(project.Id), "owner")], Me))!.Value;
        var (_, late) = (await invites.CreateAsync(org, "eve@example.org", "reader", [], Me))!.Value;
        var (withdrawn, gone) = (await invites.CreateAsync(org, "joe@example.org", "reader", [], Me))!.Value;
        Assert.True(await invites.DeleteAsync(org, withdrawn.Id, Me));
        Assert.False(await invites.DeleteAsync(org, withdrawn.Id, Me));

        Assert.Null(await invites.AcceptAsync(token, "eve@example.org", "Eve"));
        Assert.Null(await invites.AcceptAsync(token + "x", "bob@example.org", "Bob"));
        Assert.Null(await invites.AcceptAsync(gone, "joe@example.org", "Joe"));
        var accepted = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => invites.AcceptAsync(token, "bob@example.org", "Bob")));
        var bob = Assert.Single(accepted, one => one is not null)!;

        var people = new PeopleStore(_contexts, _trail, _time);
        Assert.Equal("reader", (await people.FindAsync(org, bob.Id))!.Role);
        Assert.Equal("owner", (await people.FindAsync(project, bob.Id))!.Value.Part.Role);
        Assert.Null(await invites.CreateAsync(org, "bob@example.org", "admin", [], Me));
        _time.Advance(TimeSpan.FromDays(7));
        Assert.Null(await invites.AcceptAsync(late, "eve@example.org", "Eve"));
    }

    /// <summary>Where this suite's organisations lie.</summary>
    private protected abstract Task<DbContextOptions<AccessDb>> OptionsAsync(string directory);

    private Task<(long Rows, IReadOnlyList<string> Problems)> VerifyAsync() =>
        new AuditVerifier(_contexts, new AuditChain(_pepper), DataDirectory.Open(_directory))
            .VerifyAsync(TestContext.Current.CancellationToken);

#pragma warning disable EF1002 // A test's own text.
    private static Task<int> ExecuteAsync(AccessDb db, string sql) =>
        db.Database.ExecuteSqlRawAsync(sql, TestContext.Current.CancellationToken);
#pragma warning restore EF1002

    private async Task<(OrgId Org, PeopleStore People, IReadOnlyList<Guid> Owners)> OwnersAsync()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        var invites = new InviteStore(_contexts, _trail, _pepper, _time);
        var (_, token) = (await invites.CreateAsync(org, "bob@example.org", "owner", [], Me))!.Value;
        await invites.AcceptAsync(token, "bob@example.org", "Bob");
        var people = new PeopleStore(_contexts, _trail, _time);
        return (org, people, (await people.ListAsync(org, null, 10, [])).ConvertAll(row => row.Id));
    }

    private async Task<(OrgId Org, ProjectRow Project, string Key)> CreateAsync()
    {
        var org = await _access.CreateOrganizationAsync("Engines", "ada@example.org");
        var project = (await _projects.CreateAsync(org, "P", Me))!;
        var settings = new KeySettings("k", KeyScopesText.Default, null, new(new(1), BudgetPeriod.Total),
            new(5, null, null, null), null);
        return (org, project, (await _keys.CreateAsync(project, settings, Me))!.Value.Text);
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
