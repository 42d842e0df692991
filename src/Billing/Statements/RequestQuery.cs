using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Which ended requests are asked for; what is null lets everything pass.</summary>
/// <param name="Limit">At most that many, 1 to 100.</param>
/// <param name="Before">Only older ones than this.</param>
public sealed record RequestQuery(int Limit, RequestId? Before)
{
    /// <summary>Only of the model that served.</summary>
    public string? Model { get; init; }

    /// <summary>Only with this key.</summary>
    public string? Key { get; init; }

    /// <summary>Only those that ended so: <c>complete</c>, <c>cut</c>, <c>client_gone</c> or <c>failed</c>.</summary>
    public string? Ending { get; init; }
}

/// <summary>An ended request in a list; its receipt says all of it.</summary>
/// <param name="Id">The request.</param>
/// <param name="Started">When it began.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Key">The key's id.</param>
/// <param name="Endpoint">Where it was sent to.</param>
/// <param name="ModelAsked">What it asked for.</param>
/// <param name="ModelServed">What served it; null when nothing did.</param>
/// <param name="Ending">How it ended, in the word of the books.</param>
/// <param name="Usage">What was used.</param>
/// <param name="Charge">What it was charged.</param>
public sealed record RequestLine(
    RequestId Id,
    DateTimeOffset Started,
    DateTimeOffset Ended,
    string Key,
    string Endpoint,
    string ModelAsked,
    string? ModelServed,
    string Ending,
    Usage Usage,
    NanoUsd Charge);

/// <summary>A page of requests, newest first.</summary>
/// <param name="Lines">May be fewer than asked for, although there are more.</param>
/// <param name="Next">Where the next page begins; null when there is no older request.</param>
public sealed record RequestPage(IReadOnlyList<RequestLine> Lines, RequestId? Next);
