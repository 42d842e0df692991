namespace Gateway.Api.Access;

/// <summary>How far each act reaches for one caller.</summary>
internal sealed class Authority
{
    private static readonly Act[] Acts = Enum.GetValues<Act>();

    private readonly Reach[] _reach;

    private Authority(Func<Act, Reach> reach) => _reach = Array.ConvertAll(Acts, act => reach(act));

    /// <summary>Of API keys: their scopes say what they may do, and managing is not among it.</summary>
    public static Authority None { get; } = new(_ => Reach.None);

    public static Authority Of(Role role) => new(act => RoleTable.Of(role, act));

    /// <summary>Of an admin key, which never calls models.</summary>
    public static Authority Of(AdminScopes scopes) =>
        new(act => act == Act.CallModels ? Reach.None : AdminScopesText.Of(scopes, act));

    public Reach Of(Act act) => _reach[(int)act];
}
