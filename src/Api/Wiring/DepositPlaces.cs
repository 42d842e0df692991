using Gateway.Billing;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Wiring;

/// <summary>The signer's question about deposit addresses, answered by Billing.</summary>
internal sealed class DepositPlaces(PayoutDesk desk) : IDepositPlaces
{
    public async Task<IReadOnlyList<DepositPlace>> ListAsync(string parent, CancellationToken cancellationToken) =>
        [
            .. (await desk.DepositPlacesAsync(parent, cancellationToken))
                .Select(place => new DepositPlace(place.Address, place.Place)),
        ];
}
