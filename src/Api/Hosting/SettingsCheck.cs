namespace Gateway.Api.Hosting;

/// <summary>Holds the configuration under <c>Gateway:</c> to the settings table, all problems at once, each naming its
/// key and what is allowed.</summary>
internal static class SettingsCheck
{
    private const string Section = "Gateway";

    public static IReadOnlyList<string> Problems(IConfiguration configuration)
    {
        var problems = new List<string>();
        foreach (var (key, value) in Values(configuration))
        {
            if (Find(key) is not { } setting)
            {
                problems.Add($"Gateway:{key} is not a setting. --help lists them all.");
            }
            else if (!setting.IsValid(value))
            {
                // A value may be a secret: the message says what is allowed, never what was given.
                problems.Add($"Gateway:{key} is out of range. Allowed: {setting.Allowed}.");
            }
        }

        return problems;
    }

    /// <summary>Keys that were set and steer a piece this version does not have.</summary>
    public static IReadOnlyList<string> WithoutEffect(IConfiguration configuration) =>
        [.. Values(configuration)
            .Where(pair => Find(pair.Key) is { HasEffect: false })
            .Select(pair => $"Gateway:{pair.Key}")];

    private static Setting? Find(string key) => SettingsTable.All.FirstOrDefault(setting => setting.Matches(key));

    private static IEnumerable<(string Key, string Value)> Values(IConfiguration configuration) =>
        from pair in configuration.GetSection(Section).AsEnumerable(makePathsRelative: true)
        where pair.Value is not null && pair.Key.Length > 0
        orderby pair.Key
        select (pair.Key, pair.Value);
}
