using System.Globalization;
using Gateway.Billing;

namespace Gateway.Api.Portal.Pages;

/// <summary>Which usage a page shows: how many days, and by what it is told apart.</summary>
internal sealed record UsageView(int Days, string By)
{
    /// <summary>How many days a page may show.</summary>
    public static readonly int[] Lengths = [7, 30, 90];

    /// <summary>By what usage may be told apart.</summary>
    public static readonly string[] Kinds = ["model", "key", "project", "user"];

    public static UsageView Usual { get; } = new(30, "model");

    private UsageGroups Groups => By switch
    {
        "key" => UsageGroups.Key,
        "project" => UsageGroups.Project,
        "user" => UsageGroups.User,
        _ => UsageGroups.Model,
    };

    /// <summary>Reads the address; what is none of the choices is the usual one.</summary>
    public static UsageView Read(string days, string by) => new(
        int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && Lengths.Contains(length) ? length : Usual.Days,
        Kinds.Contains(by) ? by : Usual.By);

    public async Task<UsageSummary> ReadAsync(
        Statements statements, PageFrame page, CancellationToken cancellationToken) =>
        (await UsageSummary.ReadAsync(statements, page, Days, cancellationToken, Groups)) with { NameOf = NameOf };

    /// <summary>The same number of days before these, only added up.</summary>
    public Task<UsageSummary> ReadBeforeAsync(
        Statements statements, PageFrame page, CancellationToken cancellationToken) =>
        UsageSummary.ReadAsync(statements, page, Days, cancellationToken, UsageGroups.None, Days);

    /// <summary>What a line is of.</summary>
    public string? NameOf(UsageLine line) => By switch
    {
        "key" => line.Key,
        "project" => line.Project,
        "user" => line.User,
        _ => line.Model,
    };
}
