using Microsoft.Extensions.Hosting;

namespace Gateway.Billing;

/// <summary>Opens the books of a process that only pays out.</summary>
internal sealed class StoreStart(ILedgerStore store) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken) => store.OpenAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
