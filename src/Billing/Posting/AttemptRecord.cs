using Gateway.Core;

namespace Gateway.Billing;

/// <summary>One call to one upstream, as the receipt shows it.</summary>
/// <param name="Upstream">Its name: <c>sn4/5F...</c>, <c>static/name</c> or <c>local/id</c>.</param>
/// <param name="NetUid">The miner's subnet; null for others.</param>
/// <param name="Uid">The miner's number there; null for others.</param>
/// <param name="Hotkey">The miner's identity; null for others.</param>
/// <param name="OutputFrom">First delivered output token that came from it, from zero.</param>
/// <param name="OutputTo">One past the last.</param>
/// <param name="Outcome">How the call ended.</param>
/// <param name="Reason">A short code; empty when complete.</param>
/// <param name="TtftMs">Milliseconds to its first token; null when none came.</param>
public sealed record AttemptRecord(
    string Upstream,
    NetUid? NetUid,
    int? Uid,
    Hotkey? Hotkey,
    long OutputFrom,
    long OutputTo,
    AttemptOutcome Outcome,
    string Reason,
    int? TtftMs)
{
    /// <summary>Which of the request's calls it was a try at, from zero.</summary>
    public int Line { get; init; }

    /// <summary>What a miner earned by it, once the request is priced.</summary>
    internal NanoUsd Share { get; init; }
}
