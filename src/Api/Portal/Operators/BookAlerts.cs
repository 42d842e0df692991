using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>What in the books needs somebody.</summary>
internal sealed class BookAlerts(
    PayoutDesk payouts, HaltDesk halts, Statements statements, PriceDesk prices, BooksAudit audit)
{
    private const string Held = DepositForm.Path + "#held";

    public async Task<IReadOnlyList<Alert>> ReadAsync(CancellationToken cancellationToken)
    {
        var tally = (await statements.TallyAsync(cancellationToken)).Deposits;
        return
        [
            new("broken", audit.Last?.Broken ?? 0, "/operator/reserves#rules", IsBad: true),
            new("halts", (await halts.ListAsync(cancellationToken)).Count, DepositForm.Path + "#halts", IsBad: true),
            new("rate", tally.GetValueOrDefault("awaiting_rate"), Held, IsBad: true),
            new("quarantine", tally.GetValueOrDefault("quarantined"), Held),
            new("refunds", (await payouts.WaitingAsync(cancellationToken)).Count, "/operator/refunds"),
            new("prices", (await prices.WaitingAsync(cancellationToken)).Count, PriceForm.Path),
        ];
    }
}
