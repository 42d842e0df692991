using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a record says about the request itself; never prompt or answer.</summary>
/// <param name="Endpoint">The path asked, such as <c>/v1/chat/completions</c>.</param>
/// <param name="ModelAsked">As the caller named it, <c>auto</c> included.</param>
/// <param name="Strategy">How experts were chosen.</param>
/// <param name="Started">When the request arrived.</param>
/// <param name="Ended">When its answer had ended.</param>
public sealed record RequestFacts(
    string Endpoint, ModelId ModelAsked, string Strategy, DateTimeOffset Started, DateTimeOffset Ended);
