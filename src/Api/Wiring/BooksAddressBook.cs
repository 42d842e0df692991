using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>The addresses that the watcher looks for are those in the books.</summary>
internal sealed class BooksAddressBook(
    AddressDesk desk, IDepositAddressSource source, GatewaySettings settings, DataDirectory directory) : IAddressBook
{
    private const int Page = 1000;

    // Nobody is told the parent as an address, but whoever sees a sweep can read it.
    public IReadOnlyList<string> OwnWallets { get; } = source.Parent is { } parent ? [parent] : [];

    public IReadOnlyList<string> ColdWallets => ColdWallet.Of(settings, directory) is { } cold ? [cold] : [];

    public async Task<IReadOnlyList<KnownAddress>> AfterAsync(long number, CancellationToken cancellationToken) =>
        [.. (await desk.ListAfterAsync(number, Page, cancellationToken)).Select(
            address => new KnownAddress(address.Number, address.Address))];
}
