namespace Gateway.Api.Limits;

/// <summary>The buckets that all replicas share, kept outside of them.</summary>
internal interface ICommonBuckets
{
    /// <summary>Whether they answer; while they do not, each replica has its own part of every limit.</summary>
    public bool IsOpen { get; }

    /// <summary>Takes a request and its reserve of tokens of all rules or none. What was taken is marked in the
    /// groups: a place is entered.</summary>
    /// <param name="rules">The rules.</param>
    /// <param name="groups">The buckets of each, which draw of the common ones.</param>
    /// <param name="tokens">The reserve.</param>
    /// <param name="clock">The limiter's clock.</param>
    public Task<Asked> AskAsync(LimitRule[] rules, BucketGroup[] groups, long tokens, MonotonicClock clock);
}

/// <summary>How common buckets answered.</summary>
internal enum Asked
{
    /// <summary>All was taken.</summary>
    Taken,

    /// <summary>A limit has no room; nothing was taken.</summary>
    Refused,

    /// <summary>They did not answer in time; what they may have taken is given back when they do.</summary>
    Silent,
}
