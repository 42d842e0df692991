using System.Diagnostics.CodeAnalysis;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>How long a bucket of usage is, in UTC.</summary>
public enum UsageBucket
{
    /// <summary>A full hour.</summary>
    Hour,

    /// <summary>A day.</summary>
    Day,
}

/// <summary>By what usage is told apart; what is not named is added up.</summary>
[Flags]
[SuppressMessage("Naming", "CA1711", Justification = "They are flags in the word's own sense.")]
public enum UsageGroups
{
    /// <summary>One line a bucket.</summary>
    None = 0,

    /// <summary>The model that served.</summary>
    Model = 1,

    /// <summary>The API key.</summary>
    Key = 2,

    /// <summary>The project.</summary>
    Project = 4,

    /// <summary>The end user a request named.</summary>
    User = 8,
}

/// <summary>Which usage is asked for. A filter that is empty lets everything pass; it holds at most
/// <see cref="MaxFilter"/> values.</summary>
/// <param name="From">The first bucket's start.</param>
/// <param name="To">The first bucket that is left out; not before <paramref name="From"/>.</param>
/// <param name="Bucket">How time is cut; both ends lie on its bounds.</param>
/// <param name="Groups">How each bucket is cut.</param>
public sealed record UsageQuery(DateTimeOffset From, DateTimeOffset To, UsageBucket Bucket, UsageGroups Groups)
{
    /// <summary>Values of one filter.</summary>
    public const int MaxFilter = 16;

    /// <summary>Only usage of this kind, one of <see cref="UsageKinds"/>; null: of all.</summary>
    public string? Kind { get; init; }

    /// <summary>Only these models.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Only these keys.</summary>
    public IReadOnlyList<string> Keys { get; init; } = [];

    /// <summary>Only these projects.</summary>
    public IReadOnlyList<string> Projects { get; init; } = [];

    /// <summary>Only these end users.</summary>
    public IReadOnlyList<string> Users { get; init; } = [];

    internal int BucketHours => Bucket switch
    {
        UsageBucket.Hour => 1,
        UsageBucket.Day => 24,
    };
}

/// <summary>Usage that was added up.</summary>
/// <param name="Requests">Requests that ended, free ones too.</param>
/// <param name="Input">Prompt tokens, cached ones included.</param>
/// <param name="Cached">Of these, read from a cache.</param>
/// <param name="Output">Completion tokens, reasoning included.</param>
/// <param name="Reasoning">Of these, reasoning.</param>
/// <param name="Images">Images.</param>
/// <param name="AudioMs">Milliseconds of sound.</param>
/// <param name="Characters">Characters of text made into speech.</param>
/// <param name="Charge">What was charged.</param>
public sealed record UsageTotals(
    long Requests,
    long Input,
    long Cached,
    long Output,
    long Reasoning,
    long Images,
    long AudioMs,
    long Characters,
    NanoUsd Charge);

/// <summary>Usage of one bucket and group. What it is not grouped by is null; so is a project or user that requests did
/// not name.</summary>
/// <param name="Start">The bucket's start.</param>
/// <param name="Project">The project's id.</param>
/// <param name="Key">The key's id.</param>
/// <param name="User">The end user as the request named him: text of a stranger.</param>
/// <param name="Model">The model that served.</param>
/// <param name="Totals">Added up.</param>
public sealed record UsageLine(
    DateTimeOffset Start, string? Project, string? Key, string? User, string? Model, UsageTotals Totals);
