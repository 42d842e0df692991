namespace Gateway.Api.Operators;

/// <summary>What the operator can switch off, by name.</summary>
internal static class FeatureSwitches
{
    /// <summary>A second attempt beside one that is late.</summary>
    public const string Hedging = "hedging";

    /// <summary>Requests that try an expert hardly anything is known of.</summary>
    public const string Exploration = "exploration";

    /// <summary>New batches; those under way go on.</summary>
    public const string Batches = "batches";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Hedging, Exploration, Batches];
}
