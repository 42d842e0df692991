using Gateway.Core;

namespace Gateway.Billing;

public sealed partial class PriceDesk
{
    /// <summary>How far back <see cref="OutlookAsync"/> looks, in days of UTC, today among them.</summary>
    public const int OutlookDays = 7;

    /// <summary>Changes of prices, the newest first.</summary>
    /// <param name="limit">At most that many, above zero.</param>
    /// <param name="before">Only versions below this one; null: from the newest.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<IReadOnlyList<PriceChange>> HistoryAsync(
        int limit, long? before, CancellationToken cancellationToken) =>
        await _store.ReadAsync(
            session => PriceViewSql.HistoryAsync(session, limit, before ?? long.MaxValue), cancellationToken);

    /// <summary>Files that wait for a second person, the oldest first.</summary>
    public async Task<IReadOnlyList<WaitingPrices>> WaitingAsync(CancellationToken cancellationToken) =>
        await _store.ReadAsync(PriceViewSql.WaitingAsync, cancellationToken);

    /// <summary>What a price file would have meant for the requests of the last <see cref="OutlookDays"/> days,
    /// reckoned anew from what they used. Batches count at half the price; what a hold capped counts in full.</summary>
    /// <param name="file">The file, UTF-8.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<PriceOutlook> OutlookAsync(ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        var errors = new List<string>();
        var entries = PriceFile.Read(file, errors);
        return errors.Count > 0
            ? new([], errors)
            : new(await _store.ReadAsync(session => EffectsAsync(session, entries), cancellationToken), []);
    }

    private static async Task<List<PriceEffect>> EffectsAsync(SqlSession session, IReadOnlyList<PriceEntry> entries)
    {
        var effects = new List<PriceEffect>();
        foreach (var entry in entries)
        {
            var before = await PriceSql.NewestAsync(session, entry.Model);
            var used = await PriceViewSql.UsedAsync(session, entry.Model, OutlookDays);
            effects.Add(new(
                entry.Model,
                used.Aggregate(0L, (sum, one) => checked(sum + one.Requests)),
                used.Aggregate(NanoUsd.Zero, (sum, one) => sum + one.Charged),
                before is null ? NanoUsd.Zero : CostOf(used, before.Prices),
                CostOf(used, entry.Prices),
                before?.Prices != entry.Prices && PriceStep.NeedsSecondPerson(before, entry),
                PriceViewSql.Differences(
                    before is null ? null : PriceFile.Line(new(before.Model, before.Prices, before.SharePpm)),
                    PriceFile.Line(entry))));
        }

        return effects;
    }

    private static NanoUsd CostOf(IEnumerable<UsedInDays> used, ModelPrices prices)
    {
        var cost = used.Aggregate(ExactCost.Zero, (sum, one) => sum + one.CostBy(prices));

        // More than the books could hold is shown as the most that they can.
        return cost.PicoUsd > (Int128)long.MaxValue * 1000 ? new(long.MaxValue) : cost.ToCharge();
    }
}
