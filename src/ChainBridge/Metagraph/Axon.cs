using System.Net;

namespace Gateway.ChainBridge;

/// <summary>Where a neuron says it listens. Nobody checked it: see <see cref="AxonFilter"/>.</summary>
/// <param name="Address">IPv4 or IPv6, as the chain has it.</param>
/// <param name="Port">1 to 65535.</param>
/// <param name="Protocol">The neuron's own number for what it speaks.</param>
/// <param name="Version">The neuron's own version.</param>
/// <param name="Block">When it said so.</param>
public sealed record Axon(IPAddress Address, int Port, byte Protocol, uint Version, long Block);
