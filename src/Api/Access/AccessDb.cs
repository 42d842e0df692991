using Gateway.Api.Audit;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>Organisations, members, projects, keys and limits. The schema is written out in Schema/; this only maps
/// it.</summary>
internal sealed class AccessDb(DbContextOptions<AccessDb> options) : DbContext(options)
{
    public DbSet<OrganizationRow> Organizations => Set<OrganizationRow>();

    public DbSet<MemberRow> Members => Set<MemberRow>();

    public DbSet<ApiKeyRow> Keys => Set<ApiKeyRow>();

    public DbSet<ProjectRow> Projects => Set<ProjectRow>();

    public DbSet<SpendLimitRow> SpendLimits => Set<SpendLimitRow>();

    public DbSet<RateLimitRow> RateLimits => Set<RateLimitRow>();

    public DbSet<InviteRow> Invites => Set<InviteRow>();

    public DbSet<ProjectMemberRow> ProjectMembers => Set<ProjectMemberRow>();

    public DbSet<ServiceAccountRow> ServiceAccounts => Set<ServiceAccountRow>();

    public DbSet<GroupRow> Groups => Set<GroupRow>();

    public DbSet<GroupMemberRow> GroupMembers => Set<GroupMemberRow>();

    public DbSet<GroupRoleRow> GroupRoles => Set<GroupRoleRow>();

    public DbSet<ProjectGroupRoleRow> ProjectGroupRoles => Set<ProjectGroupRoleRow>();

    public DbSet<PersonLoginRow> PersonLogins => Set<PersonLoginRow>();

    public DbSet<AuditRow> Audit => Set<AuditRow>();

    public DbSet<SpendAlertRow> SpendAlerts => Set<SpendAlertRow>();

    public DbSet<WebhookRow> Webhooks => Set<WebhookRow>();

    public DbSet<WebhookEventRow> WebhookEvents => Set<WebhookEventRow>();

    public DbSet<WebhookDeliveryRow> WebhookDeliveries => Set<WebhookDeliveryRow>();

    public DbSet<WebhookCursorRow> WebhookCursors => Set<WebhookCursorRow>();

    public DbSet<OperatorMarkRow> OperatorMarks => Set<OperatorMarkRow>();

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
            row.HasKey(member => member.Id);
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(member => member.Org);
        });
        modelBuilder.Entity<ApiKeyRow>(row =>
        {
            row.ToTable("api_key");
            row.HasKey(key => key.Id);
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(key => key.Org);
            row.HasOne<ProjectRow>().WithMany().HasForeignKey(key => key.Project);
            row.HasOne<ServiceAccountRow>().WithMany().HasForeignKey(key => key.ServiceAccount);
        });
        MapProjects(modelBuilder);
        MapPeople(modelBuilder);
        MapGroups(modelBuilder);
        MapWebhooks(modelBuilder);
        modelBuilder.Entity<OperatorMarkRow>(row =>
        {
            row.ToTable("operator_mark");
            row.HasKey(mark => new { mark.Kind, mark.Subject });
        });
        modelBuilder.Entity<AuditRow>(row =>
        {
            row.ToTable("audit_entry");
            row.HasKey(entry => new { entry.Org, entry.Seq });
        });
        modelBuilder.Entity<TopUpRow>(row =>
        {
            row.ToTable("top_up");
            row.HasKey(topUp => topUp.Id);
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(topUp => topUp.Org);
        });
        SnakeCase.Apply(modelBuilder);
    }

    private static void MapProjects(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ProjectRow>(row =>
        {
            row.ToTable("project");
            row.HasKey(project => project.Id);
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(project => project.Org);
        });
        modelBuilder.Entity<SpendLimitRow>(row =>
        {
            row.ToTable("spend_limit");
            row.HasKey(limit => new { limit.Owner, limit.Kind });
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(limit => limit.Org);
        });
        modelBuilder.Entity<RateLimitRow>(row =>
        {
            row.ToTable("rate_limit");
            row.HasKey(limit => new { limit.Owner, limit.Model });
            row.HasOne<OrganizationRow>().WithMany().HasForeignKey(limit => limit.Org);
        });
    }

    private static void MapPeople(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<InviteRow>(row =>
        {
            row.ToTable("invite");
            row.HasKey(invite => invite.Id);
        });
        modelBuilder.Entity<ProjectMemberRow>(row =>
        {
            row.ToTable("project_member");
            row.HasKey(member => new { member.Project, member.Member });
            row.HasOne<MemberRow>().WithMany().HasForeignKey(member => member.Member);
        });
        modelBuilder.Entity<ServiceAccountRow>(row =>
        {
            row.ToTable("service_account");
            row.HasKey(account => account.Id);
        });
    }

    private static void MapGroups(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<GroupRow>(row =>
        {
            row.ToTable("people_group");
            row.HasKey(group => group.Id);
        });
        GroupMaps.Map(modelBuilder);
        modelBuilder.Entity<ProjectGroupRoleRow>(row =>
        {
            row.ToTable("project_group_role");
            row.HasKey(role => new { role.Project, role.PeopleGroup, role.Role });
        });
        modelBuilder.Entity<PersonLoginRow>(row =>
        {
            row.ToTable("person_login");
            row.HasKey(login => new { login.LoginProvider, login.ProviderKey });
        });
    }

    private static void MapWebhooks(ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<SpendAlertRow>(row =>
        {
            row.ToTable("spend_alert");
            row.HasKey(alert => alert.Id);
        });
        modelBuilder.Entity<WebhookRow>(row =>
        {
            row.ToTable("webhook");
            row.HasKey(webhook => webhook.Id);
        });
        modelBuilder.Entity<WebhookEventRow>(row =>
        {
            row.ToTable("webhook_event");
            row.HasKey(what => what.Id);
        });
        modelBuilder.Entity<WebhookDeliveryRow>(row =>
        {
            row.ToTable("webhook_delivery");
            row.HasKey(delivery => delivery.Id);
            row.HasOne<WebhookRow>().WithMany().HasForeignKey(delivery => delivery.Webhook);
            row.HasOne<WebhookEventRow>().WithMany().HasForeignKey(delivery => delivery.Event);
        });
        modelBuilder.Entity<WebhookCursorRow>(row =>
        {
            row.ToTable("webhook_cursor");
            row.HasKey(cursor => new { cursor.Org, cursor.Source });
        });
    }
}
