using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>The demo organisation's 5 USD: a transfer from the simulator's faucet to its deposit address, once, and
/// credited as every deposit is, when the watcher has read it in a finalized block. The first start waits for
/// that.</summary>
internal sealed class DemoGift(
    GatewaySettings settings,
    DataDirectory directory,
    DevNetHost devNet,
    DevNetAccount account,
    (AddressDesk Addresses, Statements Statements) books,
    TimeProvider time) : IHostedService
{
    // Between the first address and its credit: whoever finds it has not given yet, or not seen it arrive.
    private const string UnderWay = "devnet-gift";

    private static readonly NanoUsd Gift = new(5_000_000_000);
    private static readonly Rao Least = new(1_000_000);

    // What the gift is worked out at where sources tell the price, which are asked later.
    private static readonly FxRate Usual = new(400_000);

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(50);

    /// <summary>The demo organisation's address.</summary>
    public string Address { get; private set; } = "";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var (address, isNew) = await AddressAsync(cancellationToken);
        Address = address;
        var mark = directory.PathOf(UnderWay);
        if (isNew)
        {
            DataDirectory.WriteAtomically(mark, address + "\n");
        }

        if (File.Exists(mark))
        {
            await GiveAsync(cancellationToken);
            File.Delete(mark);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task GiveAsync(CancellationToken cancellationToken)
    {
        if (await HasDepositAsync(cancellationToken))
        {
            return;
        }

        var network = devNet.Network!;
        var amount = (settings.FixedRate ?? Usual).ToRao(Gift);
        if (network.FreeOf(Address) == Rao.Zero)
        {
            _ = network.SendFromFaucet(Address, amount < Least ? Least : amount);
        }

        network.MakeFinal();
        await UntilAsync(HasDepositAsync, "the demo organisation's deposit", cancellationToken);
    }

    private async Task<bool> HasDepositAsync(CancellationToken cancellationToken) =>
        (await books.Statements.DepositsAsync(account.Org, 1, after: null, cancellationToken)).Count > 0;

    // An address is made only when the chain is watched, so that what is sent to it cannot be overlooked.
    private async Task<(string Address, bool IsNew)> AddressAsync(CancellationToken cancellationToken)
    {
        (DepositAddress Address, bool IsNew)? newest = null;
        await UntilAsync(
            async token => (newest = await books.Addresses.NewestAsync(account.Org, token)) is not null,
            "the deposit watcher",
            cancellationToken);
        return (newest!.Value.Address.Address, newest.Value.IsNew);
    }

    private async Task UntilAsync(
        Func<CancellationToken, Task<bool>> isSo, string what, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        while (!await isSo(cancellationToken))
        {
            if (time.GetElapsedTime(began) > Patience)
            {
                throw new StartRefusedException($"DevNet waited in vain for {what}.");
            }

            await Task.Delay(Beat, time, cancellationToken);
        }
    }
}
