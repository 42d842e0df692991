using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Operators;

/// <summary>What lies where, by the books.</summary>
/// <param name="Cursor">The block that this is about.</param>
/// <param name="Holdings">Deposit addresses that hold something, the largest first.</param>
/// <param name="Sum">What all of them hold.</param>
/// <param name="Addresses">How many addresses there are.</param>
/// <param name="Own">What is ours of all that we hold.</param>
/// <param name="Days">Proofs of reserves, the newest first.</param>
internal sealed record HoldingView(
    ChainCursor? Cursor, IReadOnlyList<AddressHolding> Holdings, Rao Sum, int Addresses, Rao Own,
    IReadOnlyList<Portal.Pages.ReserveDay> Days)
{
    private const int Most = 50;
    private const int MostDays = 14;

    public static async Task<HoldingView> ReadAsync(
        DepositDesk deposits, PayoutDesk payouts, Reserves reserves, CancellationToken cancellationToken)
    {
        var cursors = await deposits.CursorsAsync(cancellationToken);
        var found = cursors.Count == 0
            ? null
            : await deposits.HoldingsAsync(cursors[0].Genesis, cancellationToken);
        var holdings = found?.Holdings ?? [];
        return new(
            found?.Cursor,
            [.. holdings.Where(one => one.Amount.Value != 0).OrderByDescending(one => one.Amount.Value).Take(Most)],
            holdings.Aggregate(new Rao(0), (sum, one) => sum + one.Amount), holdings.Count,
            await payouts.OwnRaoAsync(cancellationToken),
            [.. (await reserves.ListAsync(MostDays, cancellationToken)).Select(Portal.Pages.ReserveDay.Read)]);
    }
}
