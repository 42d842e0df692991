using System.Globalization;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>Deposits on their way: <c>seen</c> in a block that may yet vanish, <c>confirming</c> in a final one that
/// the books have not taken in. From memory, and for showing only; nothing of it is spendable.</summary>
internal sealed class SeenDeposits(ChainWatch watch, AddressDesk addresses)
{
    /// <summary>The newest block that was heard of; null in a process that does not watch the chain.</summary>
    public long? Best => watch.Feed?.Status.Best;

    /// <summary>The organisation's, newest first. Without any on the whole chain nothing is asked of the store.
    /// </summary>
    public async Task<IReadOnlyList<DepositLine>> OfAsync(OrgId org, CancellationToken cancellationToken)
    {
        if (watch.Feed is not { Seen: { Count: > 0 } seen, Status: { Genesis: { } genesis } status })
        {
            return [];
        }

        var own = (await addresses.ListAsync(org, cancellationToken)).Select(row => row.Address).ToHashSet();
        return
        [
            .. seen.Where(one => one.Transfer.Asset is null && own.Contains(one.Transfer.Address))
                .Reverse()
                .Select(one => LineOf(one, genesis, status.Finalized)),
        ];
    }

    private static DepositLine LineOf(SeenTransfer seen, string genesis, long finalized) => new(
        string.Create(CultureInfo.InvariantCulture, $"{genesis}/{seen.BlockHash}/{seen.Transfer.EventIndex}"),
        seen.Height <= finalized ? "confirming" : "seen",
        seen.BlockHash,
        seen.Height,
        seen.Transfer.EventIndex,
        seen.Time,
        seen.Transfer.Address,
        seen.Transfer.Amount,
        Rate: null,
        Credit: null);
}
