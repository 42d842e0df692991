using Microsoft.Extensions.Hosting;

namespace Gateway.Billing;

/// <summary>Opens the books before anything is served, and gives its leases back at the end, when what is held has been
/// settled. What is still held at the end goes back when the next process of this node starts.</summary>
internal sealed class BillingStart(ILedgerStore store, PriceBook book, Replica replica) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await store.OpenAsync(cancellationToken);
        await book.SeedAsync(cancellationToken);
        await replica.StartAsync();
    }

    // The host's token has expired when the drain took all its time: what is held must be settled all the same.
    public Task StopAsync(CancellationToken cancellationToken) => replica.StopAsync();
}
