namespace Gateway.Api.Telemetry;

/// <summary>Which generation of OpenTelemetry's GenAI conventions is emitted.</summary>
[Flags]
internal enum GenAiMode
{
    /// <summary>That of version 1.36, which stays the default.</summary>
    Older = 1,

    /// <summary>The latest experimental one.</summary>
    Latest = 2,

    /// <summary>Both beside each other.</summary>
    Both = Older | Latest,
}

/// <summary>Reads it.</summary>
internal static class GenAiModes
{
    /// <summary>The conventions' own variable: a comma list of categories.</summary>
    public const string Variable = "OTEL_SEMCONV_STABILITY_OPT_IN";

    /// <summary>By <c>gen_ai_latest_experimental</c> the newer, by <c>gen_ai/dup</c> (ours, in the manner of
    /// <c>http/dup</c>) both; words of other categories are not ours.</summary>
    public static GenAiMode Parse(string? text)
    {
        var words = (text ?? "").Split(',', StringSplitOptions.TrimEntries);
        return words.Contains("gen_ai/dup") ? GenAiMode.Both
            : words.Contains("gen_ai_latest_experimental") ? GenAiMode.Latest
            : GenAiMode.Older;
    }
}
