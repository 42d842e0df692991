using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Something else than TAO that came to an organisation's address: kept for a person, never credited.
/// </summary>
/// <param name="Id">Genesis, block and event, separated by slashes: names it for ever.</param>
/// <param name="Height">The block's number.</param>
/// <param name="EventIndex">The event's place in it.</param>
/// <param name="BlockTime">The block's own time.</param>
/// <param name="Address">Where it went.</param>
/// <param name="Asset">What it is, such as <c>alpha/4</c>: the token of subnet 4.</param>
/// <param name="Worth">What the chain's event says it was worth in TAO; in rao.</param>
public sealed record ForeignLine(
    string Id, long Height, long EventIndex, DateTimeOffset BlockTime, string Address, string Asset, Rao Worth);
