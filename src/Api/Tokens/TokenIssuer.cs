using Gateway.Api.Access;
using Gateway.Core;

namespace Gateway.Api.Tokens;

/// <summary>Whose tokens are taken, and what their subjects may do. A subject is who it is by the issuer's word and its
/// own name, never by an e-mail address.</summary>
/// <param name="Issuer">The exact <c>iss</c>.</param>
/// <param name="Audience">The exact <c>aud</c>, or one of it.</param>
/// <param name="KeysFile">A JWK set on this machine; or</param>
/// <param name="KeysUrl">where the issuer publishes it.</param>
/// <param name="Subjects">The first that matches a token counts.</param>
internal sealed record TokenIssuer(
    string Issuer, string Audience, string? KeysFile, string? KeysUrl, IReadOnlyList<TokenSubject> Subjects)
{
    public static TokenIssuer Read(IConfigurationSection section) => new(
        section["Issuer"] ?? "",
        section["Audience"] ?? "",
        section["KeysFile"],
        section["KeysUrl"],
        [.. section.GetSection("Subjects").GetChildren().Select(TokenSubject.Read)]);

    /// <summary>Problems that only show when settings are seen together.</summary>
    public static IEnumerable<string> Problems(IReadOnlyList<TokenIssuer> issuers)
    {
        for (var i = 0; i < issuers.Count; i++)
        {
            var (issuer, key) = (issuers[i], $"Gateway:Tokens:Issuers:{i}");
            if (issuer.Issuer.Length == 0 || issuer.Audience.Length == 0)
            {
                yield return $"{key} needs Issuer and Audience.";
            }

            if (issuers.Take(i).Any(other => other.Issuer == issuer.Issuer))
            {
                yield return $"{key}:Issuer stands twice.";
            }

            if ((issuer.KeysFile is null) == (issuer.KeysUrl is null))
            {
                yield return $"{key} needs KeysFile or KeysUrl, and not both.";
            }

            if (issuer.Subjects.Count == 0)
            {
                yield return $"{key}:Subjects is empty: nobody of this issuer could do anything.";
            }

            foreach (var problem in issuer.Subjects.SelectMany((subject, j) => subject.Problems($"{key}:Subjects:{j}")))
            {
                yield return problem;
            }
        }
    }
}

/// <summary>What one subject, or with <c>*</c> every subject, of an issuer is here.</summary>
internal sealed record TokenSubject(string Subject, string Organization, string? Project, string Role)
{
    private const string Any = "*";

    /// <summary>The organisation; the settings were checked.</summary>
    public OrgId Org => OrgId.TryParse(Organization, out var org) ? org : default;

    /// <summary>The project; null: the default one.</summary>
    public ProjectId? ProjectId =>
        Project is not null && Core.ProjectId.TryParse(Project, out var project) ? project : null;

    /// <summary>The role; the settings were checked.</summary>
    public Role RoleIs => RoleNames.Parse(Role) ?? Access.Role.Member;

    public bool Matches(string subject) => Subject is Any || Subject == subject;

    public static TokenSubject Read(IConfigurationSection section) => new(
        section["Subject"] ?? "", section["Organization"] ?? "", section["Project"], section["Role"] ?? "member");

    public IEnumerable<string> Problems(string key)
    {
        if (Subject.Length == 0 || Organization.Length == 0)
        {
            yield return $"{key} needs Subject and Organization.";
        }

        if (RoleNames.Parse(Role) is Access.Role.ProjectOwner && Project is null)
        {
            yield return $"{key}: a project_owner needs Project.";
        }
    }
}
