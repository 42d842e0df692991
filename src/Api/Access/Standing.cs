using System.Collections.Frozen;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Access;

/// <summary>What somebody is in an organisation by groups, and in its projects by himself and by groups.</summary>
/// <param name="Roles">In the organisation.</param>
/// <param name="Parts">In projects.</param>
internal sealed record Standing(IReadOnlyList<Role> Roles, FrozenDictionary<ProjectId, Authority> Parts)
{
    public static Standing None { get; } = new([], FrozenDictionary<ProjectId, Authority>.Empty);

    /// <summary>That of the person who signs in by a subject of an issuer; nobody's where no such person is in the
    /// organisation.</summary>
    public static async Task<Standing> OfSubjectAsync(AccessDb db, OrgId org, string issuer, string subject)
    {
        var member = await (
            from login in db.PersonLogins.AsNoTracking()
            where login.LoginProvider == issuer && login.ProviderKey == subject
            join person in db.Members on login.UserId equals person.Person
            where person.Org == org.Value
            select (Guid?)person.Id).FirstOrDefaultAsync();
        return member is { } id ? await OfMemberAsync(db, id) : None;
    }

    private static async Task<Standing> OfMemberAsync(AccessDb db, Guid member)
    {
        var groups = db.GroupMembers.AsNoTracking().Where(one => one.Member == member)
            .Select(one => one.PeopleGroup);
        var roles = await db.GroupRoles.AsNoTracking().Where(one => groups.Contains(one.PeopleGroup))
            .Select(one => one.Role).Distinct().ToListAsync();
        var parts = await db.ProjectGroupRoles.AsNoTracking().Where(one => groups.Contains(one.PeopleGroup))
            .Select(one => new { one.Project, one.Role }).ToListAsync();
        var own = await db.ProjectMembers.AsNoTracking().Where(one => one.Member == member)
            .Select(one => new { one.Project, one.Role }).ToListAsync();
        return new(
            [.. roles.Select(name => RoleNames.Parse(name)!.Value)],
            parts.Concat(own).GroupBy(one => one.Project).ToFrozenDictionary(
                each => new ProjectId(each.Key),
                each => Authority.Of(each.Select(one => RoleNames.InProject(one.Role)))));
    }
}
