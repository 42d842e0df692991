namespace Gateway.Api.Access;

/// <summary>What a person is in an organisation, or in one of its projects.</summary>
internal enum Role
{
    Owner,
    Admin,
    Finance,
    Auditor,
    Reader,

    /// <summary>Of one project.</summary>
    ProjectOwner,

    /// <summary>Calls models, and no more.</summary>
    Member,
}

/// <summary>Words that stand for roles in the store and in the API.</summary>
internal static class RoleNames
{
    private static readonly (Role Role, string Name)[] Names =
    [
        (Role.Owner, "owner"), (Role.Admin, "admin"), (Role.Finance, "finance"), (Role.Auditor, "auditor"),
        (Role.Reader, "reader"), (Role.ProjectOwner, "project_owner"), (Role.Member, "member"),
    ];

    /// <summary>The roles that a person has in the organisation as a whole.</summary>
    public static readonly string[] OfOrganization = ["owner", "admin", "finance", "auditor", "reader", "member"];

    /// <summary>The roles that a person has in a project, as OpenAI names them.</summary>
    public static readonly string[] OfProject = ["owner", "member"];

    public static string Of(Role role) => Names.First(pair => pair.Role == role).Name;

    /// <summary>What a role of <see cref="OfProject"/> is.</summary>
    public static Role InProject(string name) => name == "owner" ? Role.ProjectOwner : Role.Member;

    public static Role? Parse(string? name) =>
        Array.Find(Names, pair => pair.Name == name) is { Name: not null } found ? found.Role : null;
}
