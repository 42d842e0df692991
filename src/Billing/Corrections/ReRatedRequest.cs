using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A corrected request.</summary>
/// <param name="Request">Its id.</param>
/// <param name="Back">What its organisation got back, above zero.</param>
public sealed record ReRatedRequest(RequestId Request, NanoUsd Back);
