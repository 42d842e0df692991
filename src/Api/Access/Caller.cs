using System.Collections.Frozen;
using System.Net;
using Gateway.Api.Limits;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Access;

/// <summary>Who sent a request, as found at its key. One instance a key, kept while the key is known.</summary>
/// <param name="Key">The key's id.</param>
/// <param name="Kind">What it opens.</param>
/// <param name="Org">The organisation that pays.</param>
/// <param name="Label">The name its maker gave it.</param>
/// <param name="Last4">The last four characters, for people to recognise it.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">When it stops working, if ever.</param>
internal sealed record Caller(
    KeyId Key,
    KeyKind Kind,
    OrgId Org,
    string Label,
    string Last4,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Who it is in the audit log: the key's id, or a token's subject.</summary>
    public string Name { get; init; } = Key.ToString();

    /// <summary>What it may manage.</summary>
    public Authority Authority { get; init; } = Authority.None;

    /// <summary>What it may manage in projects, by a part that it has there.</summary>
    public FrozenDictionary<ProjectId, Authority> Parts { get; init; } = FrozenDictionary<ProjectId, Authority>.Empty;

    /// <summary>Of an admin key, what it may hand on.</summary>
    public AdminScopes AdminScopes { get; init; }

    /// <summary>Networks it is accepted from; null: any.</summary>
    public IReadOnlyList<IPNetwork>? Addresses { get; init; }

    /// <summary>The first key of its line: rotation makes a new key, and no new limits.</summary>
    public KeyId Line { get; init; } = Key;

    /// <summary>The project it belongs to; null: none, as of admin keys.</summary>
    public ProjectId? Project { get; init; }

    /// <summary>What it may do.</summary>
    public KeyScopes Scopes { get; init; } = KeyScopesText.Default;

    /// <summary>The models it may call; null: all.</summary>
    public FrozenSet<string>? Models { get; init; }

    /// <summary>Whether what its requests ask to be stored may be.</summary>
    public bool MayStore { get; init; } = true;

    /// <summary>How its requests are routed where they say nothing themselves.</summary>
    public RouteWish Routing { get; init; } = RouteWish.None;

    /// <summary>Who pays, with every budget but an end user's.</summary>
    public Payer Payer { get; init; } = new(Org, Key);

    /// <summary>The key's own spend limit.</summary>
    public SpendLimit? SpendLimit { get; init; }

    /// <summary>The same as the books have it.</summary>
    public Allowance? Allowance => SpendLimit?.ToAllowance(Line.ToString(), BudgetKind.Key);

    /// <summary>What each end user may spend; null: as much as the caller.</summary>
    public SpendLimit? EndUserLimit { get; init; }

    /// <summary>The key's own rate limits.</summary>
    public Quota Quota { get; init; }

    /// <summary>Every rate limit its requests stand under.</summary>
    public CallerLimits Limits { get; init; } = CallerLimits.None;

    /// <summary>Whether it may call this model, as the request names it: any key may leave the choice to the
    /// gateway, which stays within its models.</summary>
    public bool MayCall(ModelId model) => model == ModelId.Auto || Models?.Contains(model.Value) != false;

    /// <summary>The models among which the gateway may choose for it; null: all. A key that lists <c>auto</c> takes
    /// any from it.</summary>
    public FrozenSet<string>? ChoiceOf(ModelId model) =>
        model == ModelId.Auto && Models?.Contains(ModelId.Auto.Value) == true ? null : Models;
}
