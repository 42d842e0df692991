using System.Collections.Concurrent;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Chat;

/// <summary>Where an organisation without credit pays to: told in every refusal, so asked of the books once.</summary>
internal sealed class DepositOffers(AddressDesk addresses, ChainLink chain, TimeProvider time)
{
    // The two percent that the amount has to spare are good for about as long.
    private static readonly TimeSpan Good = TimeSpan.FromMinutes(15);

    private readonly ConcurrentDictionary<OrgId, string> _known = new();

    /// <summary>The organisation's address, made where it has none yet; null where this gateway has none to
    /// give.</summary>
    public async Task<PayTo?> ForAsync(OrgId org, CancellationToken cancellationToken)
    {
        if (!addresses.CanAdd)
        {
            return null;
        }

        if (!_known.TryGetValue(org, out var address))
        {
            if (await addresses.NewestAsync(org, cancellationToken) is not { } newest)
            {
                return null;
            }

            address = _known[org] = newest.Address.Address;
        }

        return new(address, chain.Current?.Genesis, (time.GetUtcNow() + Good).ToUnixTimeSeconds());
    }
}
