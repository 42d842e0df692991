using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Billing's question about addresses, answered by the chain's own rules and the operator's settings.
/// </summary>
internal sealed class PayoutDestinations(GatewaySettings settings) : IPayoutDestinations
{
    private readonly IReadOnlyList<string> _own = OwnAccounts.Of(settings);

    public string? Problem(string address) =>
        ChainAddress.Problem(address) ?? (_own.Contains(address) ? "The address is this gateway's own account." : null);
}
