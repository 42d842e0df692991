using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Api.Egress;

/// <summary>What an <see cref="EgressClient"/> may be told differently: by the operator on DevNet, and by tests.
/// </summary>
internal sealed record EgressRules
{
    /// <summary>Whether 127.0.0.1 and ::1 may be called, and there also without TLS.</summary>
    public bool AllowsLoopback { get; init; }

    /// <summary>How long a call may take, from the name's look-up to the answer's last byte.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Roots that are believed instead of the system's; empty: the system's.</summary>
    public X509Certificate2Collection Roots { get; init; } = [];

    /// <summary>Finds a name's addresses.</summary>
    public Func<string, CancellationToken, Task<IPAddress[]>> ResolveAsync { get; init; } = Dns.GetHostAddressesAsync;
}
