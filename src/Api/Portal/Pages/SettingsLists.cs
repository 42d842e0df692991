using Gateway.Api.Access;

namespace Gateway.Api.Portal.Pages;

/// <summary>Who and what belongs to an organisation.</summary>
internal sealed record SettingsLists(
    IReadOnlyList<MemberRow> Members, IReadOnlyList<InviteRow> Invites, IReadOnlyList<ProjectRow> Projects);
