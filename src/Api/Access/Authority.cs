namespace Gateway.Api.Access;

/// <summary>How far each act reaches for one caller.</summary>
internal sealed class Authority
{
    private static readonly Act[] Acts = Enum.GetValues<Act>();

    // What somebody is in several ways reaches as far as the furthest of them.
    private static readonly Reach[] Widening =
    [
        Reach.None, Reach.OwnKeys, Reach.BelowProject, Reach.OwnProject, Reach.MoneyRows, Reach.Read, Reach.All,
    ];

    private readonly Reach[] _reach;
    private readonly Func<Authority, Role, bool> _mayGive;

    private Authority(Func<Act, Reach> reach, Func<Authority, Role, bool> mayGive)
    {
        _reach = Array.ConvertAll(Acts, act => reach(act));
        _mayGive = mayGive;
    }

    /// <summary>Of API keys: their scopes say what they may do, and managing is not among it.</summary>
    public static Authority None { get; } = new(static _ => Reach.None, static (_, _) => false);

    public static Authority Of(Role role) => Of([role]);

    /// <summary>Of somebody who is several things, such as by himself and by his groups.</summary>
    public static Authority Of(IEnumerable<Role> roles)
    {
        Role[] all = [.. roles.Distinct()];
        return new(
            act => all.Select(role => RoleTable.Of(role, act)).Append(Reach.None).MaxBy(static reach =>
                Array.IndexOf(Widening, reach)),
            static (own, role) => own.Covers(role));
    }

    /// <summary>Of an admin key, which never calls models. One that manages members gives every role, as it invites
    /// with every role; owners only all scopes together make.</summary>
    public static Authority Of(AdminScopes scopes) => new(
        act => act == Act.CallModels ? Reach.None : AdminScopesText.Of(scopes, act),
        (own, role) => own.Of(role == Role.Owner ? Act.OwnOrganization : Act.ManageMembers) == Reach.All);

    public Reach Of(Act act) => _reach[(int)act];

    /// <summary>Whether he may give this role of the organisation to a group, or to people by a group that has it:
    /// nobody gives what he is not himself.</summary>
    public bool MayGive(Role role) => _mayGive(this, role);

    private bool Covers(Role role) => Array.TrueForAll(Acts, act =>
        Array.IndexOf(Widening, Of(act)) >= Array.IndexOf(Widening, RoleTable.Of(role, act)));
}
