using Gateway.Api.Rates;

namespace Gateway.Api.Hosting;

/// <summary>How a chat becomes a Synapse of a subnet, and a Synapse an answer: for the dialect dendrite.</summary>
/// <param name="Name">The Synapse's class, the path that it is posted to.</param>
/// <param name="Fields">What it holds, in the order of the class.</param>
/// <param name="Hashed">Its required_hash_fields, in their order.</param>
/// <param name="Answer">Where the answer's text stands in the Synapse that comes back.</param>
/// <param name="IsStreamed">Whether a bare text comes back, piece by piece, and no Synapse.</param>
internal sealed record SynapsePolicy(
    string Name,
    IReadOnlyList<SynapseField> Fields,
    IReadOnlyList<string> Hashed,
    JsonPath Answer,
    bool IsStreamed)
{
    /// <summary>The dialect it belongs to.</summary>
    public const string Dialect = "dendrite";

    private const string UsualAnswer = "completion";

    /// <summary>What stands in the settings; null where nothing does.</summary>
    public static SynapsePolicy? Read(IConfigurationSection section) => !section.Exists() ? null : new(
        section["Name"] ?? "",
        [.. section.GetSection("Fields").GetChildren().Select(field => SynapseField.Parse(field.Value ?? "")!)],
        [.. section.GetSection("Hashed").GetChildren().Select(field => field.Value ?? "")],
        JsonPath.TryParse(section["Answer"] ?? UsualAnswer, out var path) ? path : null!,
        bool.Parse(section["Streams"] ?? "false"));

    /// <summary>Problems that only show when settings are seen together.</summary>
    public IEnumerable<string> Problems(string key)
    {
        if (Name.Length == 0 || Fields.Count == 0)
        {
            yield return $"{key}:Name and {key}:Fields:0 are needed: which Synapse a chat becomes.";
        }

        foreach (var twice in Fields.GroupBy(field => field.Name).Where(group => group.Count() > 1))
        {
            yield return $"{key}:Fields: {twice.Key} stands twice.";
        }

        foreach (var hashed in Hashed.Where(name => Fields.All(field => field.Name != name || !field.CanBeHashed)))
        {
            yield return $"{key}:Hashed: {hashed} is no field, or has fractions, which Python prints in another way.";
        }
    }
}
