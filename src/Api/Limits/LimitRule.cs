namespace Gateway.Api.Limits;

/// <summary>Whose limit it is.</summary>
internal enum LimitScope
{
    /// <summary>One API key.</summary>
    Key,

    /// <summary>One project, or one model within it.</summary>
    Project,

    /// <summary>The whole organisation, or one model within it.</summary>
    Organization,
}

/// <summary>Names the buckets of one scope.</summary>
/// <param name="Owner">The key's, project's or organisation's id.</param>
/// <param name="Model">The model as callers name it; empty: all models together.</param>
internal readonly record struct BucketKey(Guid Owner, string Model);

/// <summary>The limits of one scope that a caller stands under.</summary>
/// <param name="Scope">Whose they are.</param>
/// <param name="Key">Where they are counted.</param>
/// <param name="Name">The owner's public id, for people.</param>
/// <param name="Quota">The limits.</param>
internal sealed record LimitRule(LimitScope Scope, BucketKey Key, string Name, Quota Quota);
