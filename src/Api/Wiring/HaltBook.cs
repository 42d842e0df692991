using Gateway.Billing;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Wiring;

/// <summary>The signer's halts, kept by Billing.</summary>
internal sealed class HaltBook(SignerHalts halts) : IHaltBook
{
    public async Task<IReadOnlyList<WalletHalt>> OfAsync(string wallet, CancellationToken cancellationToken) =>
        [
            .. (await halts.ListAsync(cancellationToken)).Where(halt => halt.Wallet == wallet)
                .Select(halt => new WalletHalt(halt.Cause, halt.IsLifted)),
        ];

    public Task HaltAsync(string wallet, string cause, string reason, CancellationToken cancellationToken) =>
        halts.HaltAsync(wallet, cause, reason, cancellationToken);
}
