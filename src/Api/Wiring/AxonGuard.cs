using System.Net;
using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Lets the router connect to what the operator configured, and beyond it only to addresses that the axon
/// filter passes.</summary>
internal sealed class AxonGuard(GatewaySettings settings) : IDialGuard
{
    private readonly HashSet<(string Host, int Port)> _configured =
    [
        .. settings.StaticUpstreams
            .Select(upstream => upstream.BaseAddress)
            .OfType<Uri>()
            .Select(address => (address.IdnHost.Trim('[', ']'), address.Port)),
    ];

    private readonly AxonFilter _filter =
        AxonFilters.Of(settings, settings.Subnets.SelectMany(policy => policy.Ports));

    public string? Refusal(DnsEndPoint target, IPEndPoint remote) =>
        _configured.Contains((target.Host.Trim('[', ']'), target.Port)) ? null : _filter.Problem(remote);
}
