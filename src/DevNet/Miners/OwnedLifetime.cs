using Microsoft.Extensions.Hosting;

namespace Gateway.DevNet.Miners;

/// <summary>The network starts and stops its servers; SIGTERM is for the host around it, which drains first.</summary>
#pragma warning disable CA1812 // The container creates it.
internal sealed class OwnedLifetime : IHostLifetime
#pragma warning restore CA1812
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
