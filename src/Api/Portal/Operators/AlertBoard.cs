using Gateway.Api.Operators;
using Gateway.Api.Portal.Approvals;
using Gateway.Api.Wiring;
using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>Something that an operator should look at.</summary>
/// <param name="Key">What: the end of its text's key.</param>
/// <param name="Count">How many.</param>
/// <param name="Path">The page with the act on it.</param>
/// <param name="IsBad">Whether customers or money feel it now.</param>
internal sealed record Alert(string Key, long Count, string Path, bool IsBad = false);

/// <summary>What needs somebody on the operator's side, worst first.</summary>
internal sealed class AlertBoard(
    MinerRoster roster, OperatorMarks marks, ChainLink chain, PayoutDesk payouts, PriceDesk prices)
{
    /// <summary>What can be told without asking the books.</summary>
    public IReadOnlyList<Alert> OfNetwork()
    {
        var (lines, word) = (roster.Read(), marks.Current);
        return Sorted(
        [
            new("failing", lines.Count(line => line.State == MinerLine.Failing), $"{MinerForm.Path}?show=failing"),
            new("quarantined", Of(word, OperatorWord.Quarantine), $"{MinerForm.Path}?show=quarantined"),
            new("refused", lines.Count(line => line.State == MinerLine.Refused), $"{MinerForm.Path}?show=refused"),
            new("subnets.off", Of(word, OperatorWord.SubnetOff), SubnetForm.Path, IsBad: true),
            new("subnets.stale", roster.Subnets.Count(one => one.View is not { IsStale: false }), SubnetForm.Path),
            new("nodes", chain.Current?.Nodes.Count(node => !node.IsConnected) ?? 0, "/network", IsBad: true),
        ]);
    }

    /// <summary>What the books have to say.</summary>
    public async Task<IReadOnlyList<Alert>> OfMoneyAsync(CancellationToken cancellationToken)
    {
        var waiting = await payouts.WaitingAsync(cancellationToken);
        return Sorted(
        [
            new("refunds", waiting.Count, ApprovalPages.Path),
            new("prices", (await prices.WaitingAsync(cancellationToken)).Count, PriceForm.Path),
        ]);
    }

    private static int Of(OperatorWord word, string kind) => word.Marks.Count(mark => mark.Kind == kind);

    private static List<Alert> Sorted(IEnumerable<Alert> alerts) =>
        [.. alerts.Where(alert => alert.Count > 0).OrderByDescending(alert => alert.IsBad)];
}
