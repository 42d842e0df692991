using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a request's caller got.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="ModelServed">Whose prices apply; null when nobody answered, which only a free ending may have.</param>
/// <param name="Usage">Canonical and within the hold's bounds.</param>
/// <param name="Estimated">Whether we counted because the upstream did not.</param>
/// <param name="FinishReason">As sent to the caller; empty when none was.</param>
/// <param name="Attempts">Every call made, in order.</param>
/// <param name="Facts">About the request.</param>
public sealed record Delivered(
    Ending Ending,
    ModelId? ModelServed,
    Usage Usage,
    bool Estimated,
    string FinishReason,
    IReadOnlyList<AttemptRecord> Attempts,
    RequestFacts Facts)
{
    /// <summary>The calls of a request that asked several experts, in the order of the quote's; those that were never
    /// made are left out, all of them behind the others. Their usages sum to <see cref="Usage"/>. Empty for a request
    /// of one call.</summary>
    public IReadOnlyList<DeliveredLine> Lines { get; init; } = [];
}
