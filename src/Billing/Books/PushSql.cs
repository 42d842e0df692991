using System.Globalization;
using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A push as one transaction: fence, rows, rule, rows, records, statistics, postings.</summary>
internal static class PushSql
{
    internal static async Task<PushReply> PushAsync(SqlSession session, PushOrder order)
    {
        await ReplicaSql.RegisterAsync(session, order.Incarnation, order.Node);
        if (!await ReplicaSql.AdvanceAsync(session, order.Incarnation, order.From, order.To))
        {
            var found = (await ReplicaSql.FindAsync(session, order.Incarnation))!;
            return new(found.Seq, found.State, [], []);
        }

        var replica = (await ReplicaSql.FindAsync(session, order.Incarnation))!;
        var page = await SqlPage.LoadAsync(session, order);
        var wentBack = PushRule.Apply(page, order, replica.State);
        await page.SaveAsync(session, order);
        return new(order.To, replica.State, page.Pressed, page.Frozen) { WentBack = wentBack };
    }

    /// <summary>Writes the postings of a run: one group an organisation, and one of what nobody pays for.</summary>
    internal static async Task PostAsync(SqlSession session, PushOrder order, PushTotals totals)
    {
        var cause = string.Create(CultureInfo.InvariantCulture, $"{order.Incarnation}/{order.To}");
        foreach (var (org, charge) in totals.Charges.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            await Books.PostAsync(session, "settle", $"{cause}/{org}",
                new(Books.Leased(org), Books.NanoUsdAsset, -charge), new(Books.Spent(org), Books.NanoUsdAsset, charge));
        }

        if (totals.Uncollectible > 0)
        {
            await Books.PostAsync(session, "late_settle", cause,
                new("uncollectible", Books.NanoUsdAsset, totals.Uncollectible),
                new("writeoff", Books.NanoUsdAsset, -totals.Uncollectible));
        }
    }
}

/// <summary>What a run comes to.</summary>
internal sealed class PushTotals
{
    /// <summary>Charged, by organisation; nobody with zero.</summary>
    internal Dictionary<string, long> Charges { get; } = [];

    /// <summary>Charges that nobody pays for.</summary>
    internal long Uncollectible { get; private set; }

    internal void Add(UsageRecord record, Settlement settlement)
    {
        if (record.Charge == NanoUsd.Zero)
        {
            return;
        }

        if (settlement == Settlement.Uncollectible)
        {
            Uncollectible += record.Charge.Value;
            return;
        }

        var org = record.Payer.Org.ToString();
        Charges[org] = Charges.GetValueOrDefault(org) + record.Charge.Value;
    }
}
