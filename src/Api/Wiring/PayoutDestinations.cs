using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Billing's question about addresses, answered by the chain's own rules.</summary>
internal sealed class PayoutDestinations : IPayoutDestinations
{
    public string? Problem(string address) => ChainAddress.Problem(address);
}
