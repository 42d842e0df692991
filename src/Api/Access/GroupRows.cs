using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>A group of an organisation's people.</summary>
internal sealed class GroupRow
{
    public required Guid Id { get; init; }

    public required Guid Org { get; init; }

    public required string Name { get; set; }

    public required long CreatedAt { get; init; }
}

/// <summary>Who is in a group.</summary>
internal sealed class GroupMemberRow
{
    public required Guid PeopleGroup { get; init; }

    public required Guid Member { get; init; }

    public required Guid Org { get; init; }

    public required long AddedAt { get; init; }
}

/// <summary>What the people of a group are in the organisation, beside what they are themselves.</summary>
internal sealed class GroupRoleRow
{
    public required Guid PeopleGroup { get; init; }

    /// <summary>One of <see cref="RoleNames.OfOrganization"/>.</summary>
    public required string Role { get; init; }

    public required Guid Org { get; init; }

    public required long AddedAt { get; init; }
}

/// <summary>What the people of a group are in a project.</summary>
internal sealed class ProjectGroupRoleRow
{
    public required Guid Project { get; init; }

    public required Guid PeopleGroup { get; init; }

    /// <summary>One of <see cref="RoleNames.OfProject"/>.</summary>
    public required string Role { get; init; }

    public required Guid Org { get; init; }

    public required long AddedAt { get; init; }
}

/// <summary>By which issuer's subject a person signs in; written by Identity.</summary>
internal sealed class PersonLoginRow
{
    public required string LoginProvider { get; init; }

    public required string ProviderKey { get; init; }

    public required Guid UserId { get; init; }
}

/// <summary>Maps what both sides of the store read: who is in which group, and the groups' roles.</summary>
internal static class GroupMaps
{
    public static void Map(ModelBuilder builder)
    {
        builder.Entity<GroupMemberRow>(row =>
        {
            row.ToTable("group_member");
            row.HasKey(member => new { member.PeopleGroup, member.Member });
            row.HasOne<MemberRow>().WithMany().HasForeignKey(member => member.Member);
        });
        builder.Entity<GroupRoleRow>(row =>
        {
            row.ToTable("group_role");
            row.HasKey(role => new { role.PeopleGroup, role.Role });
        });
    }
}
