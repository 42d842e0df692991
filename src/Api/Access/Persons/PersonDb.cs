using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>People and how they sign in: ASP.NET Core Identity's model in the store of <see cref="AccessDb"/>. The
/// schema is written out in Schema/; this only maps it.</summary>
internal sealed class PersonDb(DbContextOptions<PersonDb> options) : IdentityUserContext<Person, Guid>(options)
{
    public DbSet<MemberRow> Members => Set<MemberRow>();

    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();

    public DbSet<GroupMemberRow> GroupMembers => Set<GroupMemberRow>();

    public DbSet<GroupRoleRow> GroupRoles => Set<GroupRoleRow>();

    public DbSet<SessionRow> Sessions => Set<SessionRow>();

    public DbSet<SignInEventRow> SignInEvents => Set<SignInEventRow>();

    public DbSet<AttemptRow> Attempts => Set<AttemptRow>();

    public DbSet<SetupLinkRow> SetupLinks => Set<SetupLinkRow>();

    public DbSet<OperatorRoleRow> OperatorRoles => Set<OperatorRoleRow>();

    public DbSet<WalletRow> Wallets => Set<WalletRow>();

    public DbSet<RecoveryCodeRow> RecoveryCodes => Set<RecoveryCodeRow>();

    public DbSet<PasskeyLockRow> PasskeyLocks => Set<PasskeyLockRow>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        if (Database.IsNpgsql())
        {
            builder.HasDefaultSchema("access");
        }

        MapIdentity(builder);
        builder.Entity<MemberRow>(row =>
        {
            row.ToTable("member");
            row.HasKey(member => member.Id);
        });
        builder.Entity<OrganizationRow>(row =>
        {
            row.ToTable("organization");
            row.HasKey(organization => organization.Id);
        });
        GroupMaps.Map(builder);
        MapSessions(builder);
        MapMeans(builder);
        SnakeCase.Apply(builder);
    }

    // What Identity would keep of telephones, lock-outs and plain recovery codes is not kept.
    private static void MapIdentity(ModelBuilder builder)
    {
        builder.Ignore<IdentityUserClaim<Guid>>();
        builder.Ignore<IdentityUserToken<Guid>>();
        builder.Entity<Person>(row =>
        {
            row.ToTable("person");
            row.Ignore(person => person.PhoneNumber);
            row.Ignore(person => person.PhoneNumberConfirmed);
            row.Ignore(person => person.TwoFactorEnabled);
            row.Ignore(person => person.EmailConfirmed);
            row.Ignore(person => person.LockoutEnd);
            row.Ignore(person => person.LockoutEnabled);
            row.Ignore(person => person.AccessFailedCount);
        });
        builder.Entity<IdentityUserLogin<Guid>>().ToTable("person_login");
        builder.Entity<IdentityUserPasskey<Guid>>(row =>
        {
            // Commands have no Identity to tell the model that its version is the one with passkeys.
            row.ToTable("person_passkey");
            row.HasKey(passkey => passkey.CredentialId);
            row.OwnsOne(passkey => passkey.Data, data => data.ToJson("data"));
        });
    }

    private static void MapSessions(ModelBuilder builder)
    {
        builder.Entity<SessionRow>(row =>
        {
            row.ToTable("portal_session");
            row.HasKey(session => session.Hash);
        });
        builder.Entity<SignInEventRow>(row =>
        {
            row.ToTable("sign_in_event");
            row.HasKey(one => one.Id);
        });
        builder.Entity<AttemptRow>(row =>
        {
            row.ToTable("portal_attempt");
            row.HasKey(attempt => new { attempt.Hash, attempt.Purpose });
        });
        builder.Entity<SetupLinkRow>(row =>
        {
            row.ToTable("setup_link");
            row.HasKey(link => link.Hash);
        });
    }

    private static void MapMeans(ModelBuilder builder)
    {
        builder.Entity<OperatorRoleRow>(row =>
        {
            row.ToTable("operator_role");
            row.HasKey(role => new { role.Person, role.Role });
        });
        builder.Entity<WalletRow>(row =>
        {
            row.ToTable("person_wallet");
            row.HasKey(wallet => wallet.Address);
        });
        builder.Entity<RecoveryCodeRow>(row =>
        {
            row.ToTable("recovery_code");
            row.HasKey(code => new { code.Person, code.Hash });
        });
        builder.Entity<PasskeyLockRow>(row =>
        {
            row.ToTable("passkey_lock");
            row.HasKey(passkey => passkey.CredentialId);
        });
    }
}
