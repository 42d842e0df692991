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
