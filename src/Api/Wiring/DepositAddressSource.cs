using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Deposit addresses are derived from <c>Gateway:Chain:DepositParent</c>; DevNet generates a parent of its
/// own.</summary>
internal sealed class DepositAddressSource(GatewaySettings settings, DataDirectory directory) : IDepositAddressSource
{
    private readonly Lazy<string?> _parent = new(() =>
        settings.Chain.DepositParent ?? (settings.IsDevNet ? DevNetMultisig.In(directory) : null));

    public string? Parent => _parent.Value;

    public string AddressOf(string parent, long place) => DepositTree.AddressOf(parent, place);
}
