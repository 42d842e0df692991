using Gateway.Billing;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>The router's view of a hold: how many tokens are paid for, and more on request.</summary>
internal sealed class HoldAllowance(Ledger ledger, Hold hold) : IAllowance
{
    public long CoveredOutputTokens => hold.CoveredOutputTokens;

    public long OutputTokensLimit => hold.Quote.OutputTokensLimit;

    public CutReason LimitReason => hold.Quote.CappedByMaxCost ? CutReason.MaxCost : CutReason.MaxTokens;

    public ValueTask<bool> ExtendAsync(long outputTokens, CancellationToken ct) =>
        ledger.ExtendAsync(hold, outputTokens, ct);
}
