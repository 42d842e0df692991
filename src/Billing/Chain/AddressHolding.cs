using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What the books say lies on a deposit address.</summary>
public readonly record struct AddressHolding(string Address, Rao Amount);
