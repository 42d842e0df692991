using System.Globalization;
using Gateway.Api.OpenAi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>Which page of usage is asked for, in the parameters of OpenAI's usage API.</summary>
/// <param name="Query">The page's own part of time.</param>
/// <param name="End">Where all pages end.</param>
internal sealed record UsageRequest(UsageQuery Query, DateTimeOffset End)
{
    private const string PagePrefix = "page_";
    private const long MaxTime = 253_370_764_800; // 9999-01-01
    private const long HourSeconds = 3600;
    private const long DaySeconds = 24 * HourSeconds;

    private static readonly string[] Known =
    [
        "start_time", "end_time", "bucket_width", "group_by", "project_ids", "user_ids", "api_key_ids", "models",
        "limit", "page",
    ];

    /// <summary>What a caller sends to get the next page; null on the last one.</summary>
    public string? NextPage => Query.To < End
        ? string.Create(CultureInfo.InvariantCulture, $"{PagePrefix}{Query.To.ToUnixTimeSeconds()}")
        : null;

    /// <summary>The starts of the page's buckets, also of those without usage.</summary>
    public IEnumerable<DateTimeOffset> Buckets()
    {
        var width = Query.Bucket == UsageBucket.Hour ? TimeSpan.FromHours(1) : TimeSpan.FromDays(1);
        for (var start = Query.From; start < Query.To; start += width)
        {
            yield return start;
        }
    }

    /// <exception cref="RefusedException">400 naming the parameter.</exception>
    public static UsageRequest Read(HttpRequest request, DateTimeOffset now)
    {
        var query = new QueryReader(request, Known);
        var isHour = query.Choice("bucket_width", "1d", "1h") == "1h";
        var (width, usual, most) = isHour ? (HourSeconds, 24L, 168L) : (DaySeconds, 7L, 31L);
        var start = query.Integer("start_time", 0, MaxTime) ?? throw QueryReader.Missing("start_time");
        var end = query.Integer("end_time", 0, MaxTime) ?? now.ToUnixTimeSeconds();

        // Usage is kept by the hour, so a bucket is told whole: the first one holds start_time, the last one end_time.
        start -= start % width;
        end += (width - (end % width)) % width;
        if (end <= start)
        {
            throw QueryReader.Wrong("end_time", "after start_time");
        }

        var from = ReadPage(query.Text("page"), start, end, width);
        var to = long.Min(end, from + ((query.Integer("limit", 1, most) ?? usual) * width));
        return new(Filtered(query, new(
            Moment(from), Moment(to), isHour ? UsageBucket.Hour : UsageBucket.Day, ReadGroups(query))), Moment(end));
    }

    /// <summary>The filters, which an export takes too.</summary>
    public static UsageQuery Filtered(QueryReader query, UsageQuery usage) => usage with
    {
        Models = Filter(query, "models"),
        Keys = Filter(query, "api_key_ids"),
        Projects = Filter(query, "project_ids"),
        Users = Filter(query, "user_ids"),
    };

    /// <summary>How usage is told apart.</summary>
    public static UsageGroups ReadGroups(QueryReader query) => query.List("group_by").Aggregate(
        UsageGroups.None,
        (groups, name) => groups | name switch
        {
            "model" or "line_item" => UsageGroups.Model,
            "api_key_id" => UsageGroups.Key,
            "project_id" => UsageGroups.Project,
            "user_id" => UsageGroups.User,
            _ => throw QueryReader.Wrong("group_by", "of project_id, user_id, api_key_id, model, line_item"),
        });

    private static IReadOnlyList<string> Filter(QueryReader query, string name)
    {
        var values = query.List(name);
        return values.Count <= UsageQuery.MaxFilter
            ? values
            : throw QueryReader.Wrong(name, $"at most {UsageQuery.MaxFilter} values");
    }

    private static long ReadPage(string? page, long start, long end, long width)
    {
        if (page is null)
        {
            return start;
        }

        return page.StartsWith(PagePrefix, StringComparison.Ordinal)
            && long.TryParse(
                page.AsSpan(PagePrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            && from >= start && from < end && from % width == 0
            ? from
            : throw QueryReader.Wrong("page", "the next_page of the page before, with the other parameters unchanged");
    }

    private static DateTimeOffset Moment(long seconds) => DateTimeOffset.FromUnixTimeSeconds(seconds);
}
