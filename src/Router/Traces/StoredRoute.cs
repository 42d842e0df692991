using System.Text.Json;
using Gateway.Router.Planning;
using Gateway.Router.Tasks;

namespace Gateway.Router.Traces;

/// <summary>What a stored trace says of the expert that answered: enough to learn a judgement that comes to another
/// process than the one that routed the request.</summary>
/// <param name="Expert">Its name.</param>
/// <param name="Model">The model it was asked for.</param>
/// <param name="Registered">The block of its registration, for a miner.</param>
/// <param name="Mix">The kinds of work.</param>
/// <param name="Ability">th, what was expected of its model.</param>
internal sealed record StoredRoute(string Expert, string Model, long? Registered, TaskMix Mix, double Ability)
{
    /// <summary>Reads a trace; null when nobody answered, or its form is another one.</summary>
    internal static StoredRoute? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    /// <summary>The expert, if it is still there and still the same.</summary>
    internal Expert? Find(RoutingTable table) => Array.Find(table.Experts, IsIt);

    private bool IsIt(Expert expert) => expert.Upstream is { Name: var name, Model: var model, RegisteredAt: var block }
        && name == Expert && model.Value == Model && block == Registered;

    private static StoredRoute? Read(JsonElement root)
    {
        var served = root.GetProperty("attempts").EnumerateArray()
            .Where(attempt => attempt.GetProperty("outcome").ValueEquals("complete"))
            .Select(attempt => attempt.GetProperty("expert").GetString()).LastOrDefault();
        foreach (var candidate in root.GetProperty("candidates").EnumerateArray())
        {
            if (served is not null && candidate.GetProperty("expert").ValueEquals(served)
                && candidate.TryGetProperty("th", out var ability))
            {
                return new(
                    served, candidate.GetProperty("model").GetString()!,
                    candidate.TryGetProperty("registered", out var block) ? block.GetInt64() : null,
                    MixOf(root.GetProperty("task_mix")), ability.GetDouble());
            }
        }

        return null;
    }

    private static TaskMix MixOf(JsonElement parts)
    {
        var mix = default(TaskMix);
        foreach (var part in parts.EnumerateArray().Take(TaskMix.Parts))
        {
            var (cluster, weight) = (part.GetProperty("cluster").GetInt32(), part.GetProperty("weight").GetSingle());
            if (cluster is >= 0 and < TaskClusters.Most && weight is > 0 and <= 1)
            {
                mix.Add(cluster, weight);
            }
        }

        mix.Normalize();
        return mix;
    }
}
