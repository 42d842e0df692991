namespace Gateway.Api.Limits;

/// <summary>Which part of a limit this replica may give out.</summary>
internal interface IShareSource
{
    /// <summary>This replica's part, in thousandths of a unit; above 0.</summary>
    /// <param name="key">Where the limit is counted.</param>
    /// <param name="kind">What it counts.</param>
    /// <param name="limit">The whole limit.</param>
    public long MilliOf(BucketKey key, LimitKind kind, long limit);
}

/// <summary>Every live replica takes the same part: nobody gives out more than the limit in all, and k replicas of n
/// that are cut off alone together at most k/n more.</summary>
/// <param name="live">Replicas that are alive now, at least 1.</param>
internal sealed class EqualShares(Func<int> live) : IShareSource
{
    public long MilliOf(BucketKey key, LimitKind kind, long limit) =>
        Math.Max(1, limit * Rate.One / Math.Max(1, live()));
}
