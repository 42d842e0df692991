using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>One real gateway process for all clients.</summary>
public sealed class RunningGateway : IAsyncLifetime
{
    internal GatewayProcess Process { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Process = await GatewayProcess.StartReadyAsync(GatewayProcess.NewDataDirectory());

    public ValueTask DisposeAsync() => Process.DisposeAsync();
}
