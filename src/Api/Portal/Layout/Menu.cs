using Gateway.Api.Access;

namespace Gateway.Api.Portal.Layout;

/// <summary>The links beside every page: only those that the visitor's role opens.</summary>
internal static class Menu
{
    private static readonly (string Path, string Name, Act? Act)[] Use =
    [
        ("/overview", "overview", Act.SeeUsage), ("/playground", "playground", Act.CallModels),
        ("/keys", "keys", Act.ManageKeys), ("/activity", "activity", Act.SeeUsage), ("/usage", "usage", Act.SeeUsage),
    ];

    private static readonly (string Path, string Name, Act? Act)[] Money =
        [("/billing", "billing", Act.ManageMoney), ("/limits", "limits", Act.SeeUsage)];

    private static readonly (string Path, string Name, Act? Act)[] Open =
    [
        ("/models", "models", null), ("/miners", "miners", null), ("/network", "network", null),
        ("/governance", "governance", null),
        ("/trust", "trust", null), ("/status", "status", null), ("/guide", "guide", null),
    ];

    private static readonly (string Path, string Name, Act? Act)[] Operator =
    [
        ("/operator", "operator", null), ("/operator/miners", "operator.miners", null),
        ("/operator/subnets", "operator.subnets", null), ("/operator/prices", "operator.prices", null),
        ("/operator/deposits", "operator.deposits", null), ("/operator/refunds", "operator.payouts", null),
        ("/operator/reserves", "operator.reserves", null), ("/operator/replicas", "operator.replicas", null),
        ("/operator/organizations", "operator.organizations", null),
    ];

    private static readonly (string Path, string Name, Act? Act)[] Organization =
        [("/settings", "settings", Act.ReadAudit), ("/account", "account", null)];

    /// <summary>Keys that lead somewhere, and the text that says where.</summary>
    public static IReadOnlyList<(string Keys, string Name)> Shortcuts { get; } =
    [
        ("g o", "overview.title"), ("g p", "playground.title"), ("g k", "keys.title"), ("g a", "activity.title"),
        ("g u", "usage.title"), ("g b", "billing.title"), ("g m", "models.title"), ("g s", "status.title"),
        ("/", "shortcuts.search"), ("?", "shortcuts.title"),
    ];

    /// <summary>Groups of links: the group's name, and each link's path and the stem of its texts.</summary>
    public static IEnumerable<(string Group, IReadOnlyList<(string Path, string Name)> Links)> Of(PageFrame page) =>
        from one in page.Visitor is null
            ? new[] { (Name: "network", Links: Open) }
            : [.. OfOperator(page), ("use", Use), ("money", Money), ("network", Open), ("organization", Organization)]
        let links = one.Links.Where(link => link.Act is not { } act || PortalPages.Opens(page.May(act)))
            .Select(link => (link.Path, link.Name)).ToList()
        where links.Count > 0
        select (one.Name, (IReadOnlyList<(string, string)>)links);

    /// <summary>Whether the page is the link's own, or one below it; below the console are pages with links of their
    /// own.</summary>
    public static bool IsHere(PageFrame page, string path) => path == Operator[0].Path
        ? page.Context.Request.Path == path
        : page.Context.Request.Path.StartsWithSegments(path, StringComparison.Ordinal);

    private static (string Name, (string Path, string Name, Act? Act)[] Links)[] OfOperator(PageFrame page) =>
        page.Visitor is { OperatorRoles.Count: > 0 } ? [("operator", Operator)] : [];
}
