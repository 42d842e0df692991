using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Hosting;
using Gateway.Core;
using Gateway.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Access;

/// <summary>Groups in the store; the same on both stores.</summary>
public abstract class GroupStoreSuite : IAsyncLifetime
{
    private static readonly Actor Me = Actor.Console;
    private static readonly Authority All = Authority.Of(AdminScopesText.All);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly string _directory = GatewayProcess.NewDataDirectory();
    private Contexts _contexts = null!;
    private AccessStore _access = null!;
    private GroupStore _groups = null!;
    private ProjectGroupStore _parts = null!;
    private ProjectStore _projects = null!;
    private PeopleStore _people = null!;
    private AuditTrail _trail = null!;
    private Pepper _pepper = null!;

    public async ValueTask InitializeAsync()
    {
        _contexts = new Contexts(await OptionsAsync(_directory));
        _pepper = Pepper.In(DataDirectory.Open(_directory));
        await new AccessSchema(_contexts, _time).MigrateAsync(CancellationToken.None);
        _trail = new AuditTrail(_contexts, new AuditChain(_pepper), _time);
        _projects = new ProjectStore(_contexts, _trail, _time);
        _access = new AccessStore(_contexts, _projects, _trail, _pepper, _time);
        _groups = new GroupStore(_contexts, _trail, _time);
        _parts = new ProjectGroupStore(_contexts, _trail, _time);
        _people = new PeopleStore(_contexts, _trail, _time);
    }

    public virtual ValueTask DisposeAsync()
    {
        Directory.Delete(_directory, recursive: true);
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_a_group_is_its_people_are()
    {
        var (org, member) = await NewAsync("one@example.org");
        await SignInAsync(member, "https://issuer", "subject");
        var group = (await _groups.CreateAsync(org, "G", Me))!;
        var project = (await _projects.CreateAsync(org, "P", Me))!;
        Assert.Equal(GroupChange.Done, await _groups.AddRoleAsync(org, group.Id, "finance", All, Me));
        Assert.Equal(GroupChange.Done, await _groups.AddRoleAsync(org, group.Id, "reader", All, Me));
        Assert.Equal(GroupChange.Done, await _parts.AddAsync(project, group.Id, "owner", isNew: true, Me));
        Assert.Empty((await StandingAsync(org)).Roles);

        Assert.Equal(GroupChange.Done, await _groups.AddMemberAsync(org, group.Id, member, All, Me));

        var standing = await StandingAsync(org);
        Assert.Equal([Role.Finance, Role.Reader], standing.Roles.Order());
        var part = Assert.Single(standing.Parts);
        Assert.Equal(new ProjectId(project.Id), part.Key);
        Assert.Equal(Reach.OwnProject, part.Value.Of(Act.ManageKeys));

        Assert.Equal(GroupChange.Done, await _groups.RemoveAsync(org, group.Id, All, Me));
        standing = await StandingAsync(org);
        Assert.Empty(standing.Roles);
        Assert.Empty(standing.Parts);
        Assert.Null(await _parts.FindAsync(project, group.Id));
    }

    [Fact]
    public async Task Lists_go_on_behind_their_mark()
    {
        var (org, member) = await NewAsync("two@example.org");
        var project = (await _projects.CreateAsync(org, "P", Me))!;
        List<Guid> made = [];
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            made.Add((await _groups.CreateAsync(org, $"G{i}", Me))!.Id);
            await _parts.AddAsync(project, made[i], "owner", isNew: true, Me);
            await _parts.AddAsync(project, made[i], "member", isNew: false, Me);
        }

        await _groups.AddMemberAsync(org, made[0], member, All, Me);

        Assert.Equal(made, (await _groups.ListAsync(org, null, 5, oldestFirst: true)).Select(row => row.Id));
        Assert.Equal([made[2], made[1]], (await _groups.ListAsync(org, null, 1, false)).Select(row => row.Id));
        Assert.Equal([made[0]], (await _groups.ListAsync(org, made[1], 5, false)).Select(row => row.Id));
        Assert.Equal([made[2]], (await _groups.ListAsync(org, made[1], 5, true)).Select(row => row.Id));
        Assert.Equal(made, (await _parts.ListAsync(project, null, 5)).Select(row => row.Group.Id));
        Assert.Equal([made[1], made[2]], (await _parts.ListAsync(project, made[0], 1)).Select(row => row.Group.Id));
        var first = (await _groups.FindAsync(org, made[0]))!;
        Assert.Equal([member], (await _groups.ListMembersAsync(first, null, 5)).Select(row => row.Id));
        Assert.Empty(await _groups.ListMembersAsync(first, member, 5));
    }

    [Fact]
    public async Task Another_organisations_group_and_people_are_as_none()
    {
        var (org, member) = await NewAsync("three@example.org");
        var (other, stranger) = await NewAsync("four@example.org");
        var group = (await _groups.CreateAsync(org, "G", Me))!;
        var project = (await _projects.CreateAsync(other, "P", Me))!;

        Assert.Null(await _groups.FindAsync(other, group.Id));
        Assert.Null(await _groups.RenameAsync(other, group.Id, "X", Me));
        Assert.Equal(GroupChange.Unknown, await _groups.RemoveAsync(other, group.Id, All, Me));
        Assert.Equal(GroupChange.Unknown, await _groups.AddMemberAsync(other, group.Id, stranger, All, Me));
        Assert.Equal(GroupChange.Unknown, await _groups.AddMemberAsync(org, group.Id, stranger, All, Me));
        Assert.Equal(GroupChange.Unknown, await _groups.AddRoleAsync(other, group.Id, "reader", All, Me));
        Assert.Equal(GroupChange.Unknown, await _parts.AddAsync(project, group.Id, "owner", isNew: true, Me));
        Assert.Equal(GroupChange.Unknown, await _groups.RemoveMemberAsync(org, group.Id, member, All, Me));
    }

    [Theory]
    [InlineData("admin", "owner", false)]
    [InlineData("admin", "finance", false)]
    [InlineData("admin", "admin", true)]
    [InlineData("admin", "auditor", true)]
    [InlineData("finance", "finance", true)]
    [InlineData("finance", "member", false)]
    [InlineData("owner", "owner", true)]
    public async Task Nobody_gives_or_takes_a_role_that_reaches_further_than_his_own(
        string own, string role, bool may)
    {
        var (org, member) = await NewAsync("five@example.org");
        var with = (await _groups.CreateAsync(org, "G", Me))!.Id;
        await _groups.AddRoleAsync(org, with, role, All, Me);
        var bare = (await _groups.CreateAsync(org, "H", Me))!.Id;
        var authority = Authority.Of(RoleNames.Parse(own)!.Value);
        var done = may ? GroupChange.Done : GroupChange.Above;

        Assert.Equal(done, await _groups.AddRoleAsync(org, bare, role, authority, Me));
        Assert.Equal(done, await _groups.AddMemberAsync(org, with, member, authority, Me));
        await _groups.AddMemberAsync(org, with, member, All, Me);
        Assert.Equal(done, await _groups.RemoveMemberAsync(org, with, member, authority, Me));
        Assert.Equal(done, await _groups.RemoveRoleAsync(org, with, role, authority, Me));
        await _groups.AddRoleAsync(org, with, role, All, Me);
        Assert.Equal(done, await _groups.RemoveAsync(org, with, authority, Me));
    }

    [Theory]
    [InlineData("owner", false)]
    [InlineData("finance", false)]
    [InlineData("auditor", true)]
    public async Task Nobody_removes_somebody_whose_groups_reach_further_than_he(string role, bool may)
    {
        var (org, _) = await NewAsync("six@example.org");
        var member = await AddAsync(org, "by.group@example.org");
        var group = (await _groups.CreateAsync(org, "G", Me))!.Id;
        await _groups.AddRoleAsync(org, group, role, All, Me);
        await _groups.AddMemberAsync(org, group, member, All, Me);

        var (change, _) = await _people.RemoveAsync(org, member, Authority.Of(Role.Admin), Me);
        Assert.Equal(may ? PersonChange.Done : PersonChange.Above, change);
        Assert.Equal(may, await _people.FindAsync(org, member) is null);
        if (!may)
        {
            Assert.Equal(
                PersonChange.Done, (await _people.RemoveAsync(org, member, Authority.Of(Role.Owner), Me)).Change);
        }
    }

    [Fact]
    public async Task Nobody_changes_his_own_role_by_session_or_by_token()
    {
        var (org, _) = await NewAsync("seven@example.org");
        var member = await AddAsync(org, "deputy@example.org");
        await SignInAsync(member, "https://issuer", "deputy");
        var admin = Authority.Of(Role.Admin);
        foreach (var (actor, change) in new[]
        {
            (new Actor(Actor.Session, ObjectIds.User(member)), PersonChange.Self),
            (new Actor(Actor.Token, "deputy"), PersonChange.Self),
            (new Actor(Actor.Token, "another"), PersonChange.Done),
            (new Actor(Actor.Key, "deputy"), PersonChange.Done),
        })
        {
            Assert.Equal(change, (await _people.ChangeRoleAsync(org, member, "finance", admin, actor)).Change);
        }
    }

    [Fact]
    public async Task Keys_that_somebody_made_by_his_token_end_with_him_and_admin_keys_by_an_owner_only()
    {
        var (org, _) = await NewAsync("eight@example.org");
        var member = await AddAsync(org, "maker@example.org");
        await SignInAsync(member, "https://issuer", "maker");
        var (token, session) = (
            new Actor(Actor.Token, "maker"), new Actor(Actor.Session, ObjectIds.User(member)));
        var project = (await _projects.CreateAsync(org, "P", Me))!;
        await MakeKeyAsync(project, token, null);
        await MakeKeyAsync(project, session, null);
        await MakeKeyAsync(project, session, _time.GetUtcNow());
        await MakeKeyAsync(project, new(Actor.Key, "maker"), null);
        Assert.Equal(2, await _people.CountKeysAsync(org, member));
        await new AdminKeyStore(_contexts, _trail, _pepper, _time).CreateAsync(
            org, "all", AdminScopesText.All, null, session);
        Assert.Equal(3, await _people.CountKeysAsync(org, member));

        var (refused, _) = await _people.RemoveAsync(
            org, member, Authority.Of(Role.Admin), Me, KeyFate.Revoked);
        Assert.Equal(PersonChange.Above, refused);
        var (done, _) = await _people.RemoveAsync(org, member, Authority.Of(Role.Owner), Me, KeyFate.Revoked);
        Assert.Equal(PersonChange.Done, done);

        await using var db = _contexts.CreateDbContext();
        Assert.Equal(
            3, await db.Keys.CountAsync(
                row => row.Org == org.Value && row.RevokedAt != null, TestContext.Current.CancellationToken));
    }

    private protected abstract Task<DbContextOptions<AccessDb>> OptionsAsync(string directory);

    private async Task<Guid> AddAsync(OrgId org, string email)
    {
        var invites = new InviteStore(_contexts, _trail, _pepper, _time);
        var (_, token) = (await invites.CreateAsync(org, email, "admin", [], Me))!.Value;
        return (await invites.AcceptAsync(token, email, "Somebody"))!.Id;
    }

    private async Task MakeKeyAsync(ProjectRow project, Actor actor, DateTimeOffset? expires) =>
        Assert.NotNull(await new KeyStore(_contexts, _trail, _pepper, _time).CreateAsync(
            project, new("k", KeyScopesText.Default, null, null, default, expires), actor));

    private async Task<(OrgId Org, Guid Member)> NewAsync(string email)
    {
        var org = await _access.CreateOrganizationAsync(email, email);
        await using var db = _contexts.CreateDbContext();
        return (org, (await db.Members.SingleAsync(row => row.Org == org.Value)).Id);
    }

    private async Task SignInAsync(Guid member, string issuer, string subject)
    {
        var person = Guid.CreateVersion7(_time.GetUtcNow());
        await using var db = _contexts.CreateDbContext();
        await db.Database.ExecuteSqlAsync(db.Database.IsNpgsql()
            ? (FormattableString)$"""
                INSERT INTO access.person (id, user_name, normalized_user_name, email, normalized_email, created_at)
                VALUES ({person}, 'u', 'U', 'u@x', 'U@X', 0)
                """
            : $"""
                INSERT INTO person (id, user_name, normalized_user_name, email, normalized_email, created_at)
                VALUES ({person}, 'u', 'U', 'u@x', 'U@X', 0)
                """);
        db.Add(new PersonLoginRow { LoginProvider = issuer, ProviderKey = subject, UserId = person });
        (await db.Members.SingleAsync(row => row.Id == member)).Person = person;
        await db.SaveChangesAsync();
    }

    private async Task<Standing> StandingAsync(OrgId org)
    {
        await using var db = _contexts.CreateDbContext();
        return await Standing.OfSubjectAsync(db, org, "https://issuer", "subject");
    }

    private sealed class Contexts(DbContextOptions<AccessDb> options) : IDbContextFactory<AccessDb>
    {
        public AccessDb CreateDbContext() => new(options);
    }
}

public sealed class SqliteGroupStoreTests : GroupStoreSuite
{
    private protected override Task<DbContextOptions<AccessDb>> OptionsAsync(string directory)
    {
        var file = $"Data Source={Path.Combine(directory, "access.db")};Pooling=False";
        return Task.FromResult(new DbContextOptionsBuilder<AccessDb>().UseSqlite(file).Options);
    }
}

[Trait("Needs", "postgres")]
public sealed class PostgresGroupStoreTests(AccessPostgres postgres) : GroupStoreSuite, IClassFixture<AccessPostgres>
{
    private protected override async Task<DbContextOptions<AccessDb>> OptionsAsync(string directory) =>
        new DbContextOptionsBuilder<AccessDb>().UseNpgsql(await postgres.CreateDatabaseAsync()).Options;
}
