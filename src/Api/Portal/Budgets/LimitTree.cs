using Gateway.Api.Access;
using Gateway.Api.Limits;
using Gateway.Api.Portal.Texts;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Budgets;

/// <summary>Who may spend and send how much: the organisation, its projects, their keys, and below them the end users
/// that callers name.</summary>
/// <param name="Nodes">From the root down, each before what is below it.</param>
/// <param name="Keys">The keys that call models.</param>
internal sealed record LimitTree(IReadOnlyList<LimitNode> Nodes, IReadOnlyList<ApiKeyRow> Keys)
{
    private const int MostKeys = 200;
    private const int MostProjects = 100;

    /// <summary>Whether nothing limits but the balance.</summary>
    public bool IsFree => Nodes.All(node => node.IsFree);

    public static async Task<LimitTree> ReadAsync(
        LimitStore limits, ProjectStore projects, KeyStore keys, Allowances allowances, PageFrame page,
        CancellationToken ct)
    {
        var (spend, rates) = await limits.AllAsync(page.Org);
        var owned = await projects.ListAsync(page.Org, null, MostProjects, withArchived: false);
        var known = await keys.ListAsync(page.Org, MostKeys, page.Now);
        List<LimitNode> nodes =
        [
            Of(LimitLevel.Organization, page.Org.Value, page.Org.ToString(), page.Me.OrganizationName, spend, rates),
        ];
        foreach (var project in owned)
        {
            nodes.Add(Of(
                LimitLevel.Project, project.Id, new ProjectId(project.Id).ToString(), project.Name, spend, rates));
            nodes.AddRange(known.Where(key => key.Project is { } id ? id == project.Id : project.IsDefault).Select(Of));
        }

        var budgets = nodes.Where(node => node.Allowance is not null).ToList();
        var spent = await allowances.SpentAsync(page.Org, budgets.ConvertAll(node => node.Allowance!), ct);
        var used = budgets.Zip(spent).ToDictionary(pair => pair.First, pair => pair.Second);
        return new([.. nodes.Select(node => node with { Used = used.GetValueOrDefault(node) })], known);
    }

    /// <summary>The node of a public id; null when there is none here.</summary>
    public LimitNode? Find(string id) => Nodes.FirstOrDefault(node => node.Id == id);

    private static LimitNode Of(
        LimitLevel level, Guid owner, string id, string name, List<SpendLimitRow> spend, List<RateLimitRow> rates) =>
        new(level, id, name, Find(spend, owner, LimitStore.Own),
            rates.Where(row => row.Owner == owner).OrderBy(row => row.Model, StringComparer.Ordinal)
                .ToDictionary(row => row.Model, LimitStore.ToQuota))
        {
            EndUser = Find(spend, owner, LimitStore.EndUser),
        };

    private static LimitNode Of(ApiKeyRow key)
    {
        var settings = KeySettings.Of(key);
        return new(LimitLevel.Key, new KeyId(key.Id).ToString(), key.Label, settings.SpendLimit,
            settings.Quota.IsUnlimited ? [] : new() { [""] = settings.Quota })
        {
            Line = new KeyId(key.Line ?? key.Id).ToString(),
        };
    }

    private static SpendLimit? Find(List<SpendLimitRow> rows, Guid owner, string kind) =>
        rows.Find(row => row.Owner == owner && row.Kind == kind) is { } row
            ? SpendLimit.From(row.Nusd, row.Period)
            : null;
}

/// <summary>Whose limits they are.</summary>
internal enum LimitLevel
{
    Organization,
    Project,
    Key,
}

/// <summary>One of those who have limits.</summary>
/// <param name="Level">What it is.</param>
/// <param name="Id">Its public id.</param>
/// <param name="Name">Its name.</param>
/// <param name="Spend">What it may spend; null: all that is above it.</param>
/// <param name="Rates">Its rate limits by model; the empty model stands for all together.</param>
internal sealed record LimitNode(
    LimitLevel Level, string Id, string Name, SpendLimit? Spend, Dictionary<string, Quota> Rates)
{
    /// <summary>What of the spend limit is used in its period.</summary>
    public NanoUsd Used { get; init; }

    /// <summary>What each end user may spend; null: as much as the caller.</summary>
    public SpendLimit? EndUser { get; init; }

    /// <summary>Of a key, the first of its line: they share a budget.</summary>
    public string? Line { get; init; }

    /// <summary>Whether it has no limit of its own.</summary>
    public bool IsFree => Spend is null && EndUser is null && Rates.Count == 0;

    /// <summary>The spend limit as the books have it.</summary>
    public Allowance? Allowance => Spend?.ToAllowance(Line ?? Id, Level switch
    {
        LimitLevel.Organization => BudgetKind.Organization,
        LimitLevel.Project => BudgetKind.Project,
        LimitLevel.Key => BudgetKind.Key,
    });

    /// <summary>Its rates in words, one for each model that has some.</summary>
    public IEnumerable<string> Describe(Words words) => Rates.Select(rate =>
    {
        var parts = Parts(words, rate.Value);
        return rate.Key.Length == 0 ? parts : $"{rate.Key}: {parts}";
    });

    private static string Parts(Words words, Quota quota)
    {
        var figures = Figures.Of(words);
        return string.Join(" · ", Enum.GetValues<LimitKind>()
            .Where(kind => quota[kind] is not null)
            .Select(kind => words[$"limits.rate.{kind}", figures.Count(quota[kind]!.Value)]));
    }
}
