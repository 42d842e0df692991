using Gateway.Core;

namespace Gateway.Router.Metering;

/// <summary>Holds a usage to what is covered.</summary>
internal static class UsageBounds
{
    /// <summary>The usage with at most <paramref name="output"/> output tokens.</summary>
    internal static Usage UpTo(this Usage usage, long output)
    {
        var kept = Math.Min(usage.Output, output);
        return usage with { Output = kept, Reasoning = Math.Min(usage.Reasoning, kept) };
    }
}
