using System.Net;

namespace Gateway.ChainBridge;

/// <summary>What an <see cref="AxonFilter"/> makes exceptions for.</summary>
public sealed record AxonFilterOptions
{
    /// <summary>Whether 127.0.0.1 and ::1 may be dialled: on a simulated chain, whose miners live there.</summary>
    public bool AllowsLoopback { get; init; }

    /// <summary>Our own public addresses and those of our cluster, which miners must not send us to.</summary>
    public IReadOnlyList<IPNetwork> Own { get; init; } = [];

    /// <summary>Ports that are dialled although they would be refused.</summary>
    public IReadOnlySet<int> AllowedPorts { get; init; } = new HashSet<int>();
}
