using Gateway.Api.Access;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Pages;

/// <summary>The organisation's keys as their page shows them: newest first, with what each cost in the last 30 days.
/// </summary>
internal sealed record KeyList(IReadOnlyList<ListedKey> Keys, IReadOnlyList<ProjectRow> Projects)
{
    private const int Days = 30;
    private const int MostKeys = 200;
    private const int MostProjects = 100;

    public static async Task<KeyList> ReadAsync(
        KeyStore keys, ProjectStore projects, Statements statements, PageFrame page,
        CancellationToken cancellationToken)
    {
        var rows = await keys.ListAsync(page.Org, MostKeys, page.Now);
        var used = (await UsageSummary.ReadAsync(statements, page, Days, cancellationToken, UsageGroups.Key)).Lines
            .GroupBy(line => line.Key ?? "")
            .ToDictionary(group => group.Key, group => group.ToList());
        return new(
            rows.ConvertAll(row => new ListedKey(row, used.GetValueOrDefault(new KeyId(row.Id).ToString()) ?? [])),
            await projects.ListAsync(page.Org, null, MostProjects, withArchived: false));
    }

    /// <summary>The name of a key's project; keys from before there were projects belong to the default one.</summary>
    public string ProjectOf(ApiKeyRow row) => Projects.FirstOrDefault(
        project => row.Project is { } id ? project.Id == id : project.IsDefault)?.Name ?? "–";
}

/// <summary>A key with its usage of the last days.</summary>
internal sealed record ListedKey(ApiKeyRow Row, IReadOnlyList<UsageLine> Used)
{
    public string Id => new KeyId(Row.Id).ToString();

    public NanoUsd Spent => Used.Aggregate(NanoUsd.Zero, (sum, line) => sum + line.Totals.Charge);

    /// <summary>The last day it was used on; null: on none of these.</summary>
    public DateTimeOffset? LastDay => Used.Count == 0 ? null : Used.Max(line => line.Start);
}
