using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>What the books say of deposits.</summary>
/// <param name="Held">Those that are no credit and wait.</param>
/// <param name="Foreign">What is not TAO.</param>
/// <param name="Halts">What stands still until a person has looked.</param>
/// <param name="Rates">Samples of TAO's price that jumped and wait.</param>
/// <param name="Cursors">How far each chain is in the books.</param>
internal sealed record DepositView(
    IReadOnlyList<HeldDeposit> Held, IReadOnlyList<ForeignDeposit> Foreign, IReadOnlyList<OpenHalt> Halts,
    IReadOnlyList<HeldRate> Rates, IReadOnlyList<ChainCursor> Cursors)
{
    private const int Most = 200;

    public static async Task<DepositView> ReadAsync(
        DepositDesk deposits, HaltDesk halts, RateBook rates, CancellationToken cancellationToken) => new(
            await deposits.WaitingAsync(Most, cancellationToken), await deposits.ForeignAsync(Most, cancellationToken),
            await halts.ListAsync(cancellationToken), await rates.HeldAsync(cancellationToken),
            await deposits.CursorsAsync(cancellationToken));
}
