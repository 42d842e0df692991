using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A call's part of a request's charge.</summary>
/// <param name="Line">The call.</param>
/// <param name="PriceVersion">The locked version that priced it; null when it failed.</param>
/// <param name="Charge">The charges of a request's calls sum to its charge.</param>
internal sealed record ChargedLine(DeliveredLine Line, long? PriceVersion, NanoUsd Charge);
