namespace Gateway.Api.Rates;

/// <summary>One entry of <c>Gateway:Rates:Sources</c>: where TAO's price in USD can be read.</summary>
/// <param name="Url">An http or https address; its query may hold a key, so it is never logged.</param>
/// <param name="Path">Where the price stands in the JSON that it answers.</param>
internal sealed record RateFeed(Uri? Url, JsonPath? Path)
{
    /// <summary>Host and port: the name of the source in samples and logs. Feeds of one authority are one source.
    /// </summary>
    public string Name => Url?.Authority ?? "";

    public static RateFeed Read(IConfigurationSection section)
    {
        var hasPath = JsonPath.TryParse(section["Path"] ?? "", out var path);
        return new(section["Url"] is { } url ? new Uri(url) : null, hasPath ? path : null);
    }

    /// <summary>Problems of the list as a whole, a line each.</summary>
    /// <param name="feeds">The list.</param>
    /// <param name="least">How many sources a sample needs.</param>
    public static IEnumerable<string> Problems(IReadOnlyList<RateFeed> feeds, int least)
    {
        for (var index = 0; index < feeds.Count; index++)
        {
            if (feeds[index] is not { Url: not null, Path: not null } feed)
            {
                var missing = feeds[index].Url is null ? nameof(Url) : nameof(Path);
                yield return $"Gateway:Rates:Sources:{index}:{missing} is missing.";
            }
            else if (feeds.Take(index).Any(other => other.Name == feed.Name))
            {
                yield return $"Gateway:Rates:Sources:{index}:Url: {feed.Name} stands twice; "
                    + "a median needs sources that do not fail together.";
            }
        }

        if (feeds.Count > 0 && feeds.Count < least)
        {
            yield return $"Gateway:Rates:Sources has {feeds.Count} entries, a median needs {least} at least. "
                + "Or set Gateway:Rates:Fixed.";
        }
    }
}
