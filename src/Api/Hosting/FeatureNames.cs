using Gateway.Router;

namespace Gateway.Api.Hosting;

/// <summary>What experts can do, by its names in the settings.</summary>
internal static class FeatureNames
{
    /// <summary>Everything that chat has.</summary>
    public const string All = "all";

    /// <summary>Plain text only.</summary>
    public const string None = "none";

    private static readonly Dictionary<string, Features> Known = new(StringComparer.Ordinal)
    {
        ["tools"] = Features.Tools,
        ["json"] = Features.Json,
        ["logprobs"] = Features.Logprobs,
        ["n"] = Features.Choices,
        ["images"] = Features.Vision,
        ["sound"] = Features.Audio,
        ["logit_bias"] = Features.LogitBias,
        ["fill"] = Features.Fill,
        [All] = Features.All,
    };

    /// <summary>What may be written, for people.</summary>
    public static string Allowed { get; } = $"{None}, or a comma list of {string.Join(", ", Known.Keys)}";

    public static bool TryParse(string text, out Features features)
    {
        features = Features.None;
        if (text == None)
        {
            return true;
        }

        foreach (var name in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (!Known.TryGetValue(name, out var feature))
            {
                return false;
            }

            features |= feature;
        }

        return true;
    }
}
