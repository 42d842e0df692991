using Gateway.Api.Models;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Hosting;

/// <summary>One entry of <c>Gateway:Upstreams:Static</c>: an OpenAI-compatible server as an expert.</summary>
internal sealed record StaticUpstream(
    string Name,
    Uri? BaseAddress,
    IReadOnlyList<ModelId> Models,
    string Dialect,
    string? ApiKey)
{
    /// <summary>What its models are for.</summary>
    public ModelTask Task { get; private init; }

    /// <summary>The only language that its models know; null: several.</summary>
    public string? Language { get; private init; }

    /// <summary>How private prompts stay with it: the operator's own word, which counts as proof.</summary>
    public Privacy Privacy { get; private init; }

    /// <summary>The name of a level in settings and requests.</summary>
    public static Privacy? PrivacyOf(string name) => name switch
    {
        "any" => Privacy.Any,
        "bonded" => Privacy.Bonded,
        "tee" => Privacy.Tee,
        "local" => Privacy.Local,
        _ => null,
    };

    /// <summary>The voices it has, where it speaks.</summary>
    public IReadOnlyList<string> Voices { get; private init; } = [];

    /// <summary>What they can do beyond plain text.</summary>
    public Features Features { get; private init; } = Features.All;

    public static StaticUpstream Read(IConfigurationSection section) => new(
        section["Name"] ?? "",
        section["BaseAddress"] is { } address ? new Uri(address.EndsWith('/') ? address : address + "/") : null,
        [.. section.GetSection("Models").GetChildren().Select(model => new ModelId(model.Value ?? ""))],
        section["Dialect"] ?? "openai",
        section["ApiKey"])
    {
        Task = ModelTasks.TryParse(section["Task"] ?? ModelTasks.Chat, out var task) ? task : default,
        Language = section["Language"],
        Privacy = PrivacyOf(section["Privacy"] ?? "any") ?? Privacy.Any,
        Voices = [.. section.GetSection("Voices").GetChildren().Select(voice => voice.Value ?? "")],
        Features = FeatureNames.TryParse(section["Features"] ?? FeatureNames.All, out var features)
            ? features
            : default,
    };

    public IEnumerable<string> Missing()
    {
        if (Name.Length == 0)
        {
            yield return "Name";
        }

        if (BaseAddress is null)
        {
            yield return "BaseAddress";
        }

        if (Models.Count == 0)
        {
            yield return "Models:0";
        }
    }

    // The generated text of a record would print the key.
    public override string ToString() => $"static/{Name}";
}
