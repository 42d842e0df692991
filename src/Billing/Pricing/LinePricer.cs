using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Prices a request of several calls. Their costs add exactly and the sum is rounded down once; a call's part
/// is what the rounded sum grows by with it, so that the parts sum to the charge.</summary>
internal static class LinePricer
{
    private const int PicoPerNano = 1000;

    internal static Bill Price(Hold hold, Delivered delivered, out bool exceeded)
    {
        if (delivered.Lines.Count > hold.Quote.Lines.Count)
        {
            throw new ArgumentException("More calls were delivered than were quoted.", nameof(delivered));
        }

        exceeded = false;
        for (var i = 0; i < delivered.Lines.Count; i++)
        {
            exceeded |= Exceeds(hold, hold.Quote.Lines[i], delivered.Lines[i].Usage);
        }

        return Pricer.IsFree(delivered) ? Free(hold, delivered) : PriceEach(hold, delivered, ref exceeded);
    }

    private static bool Exceeds(Hold hold, LinePrices planned, Usage usage)
    {
        Pricer.RequireSound(usage);
        return usage.Output > hold.CoveredOutputTokens || usage.Input > planned.InputTokensBound
            || Pricer.ExceedsUnits(usage, hold.Quote.UnitsBound);
    }

    // Nothing is owed, so nobody needs to know for what.
    private static Bill Free(Hold hold, Delivered delivered) =>
        new(hold, delivered with { Lines = [] }, null, Charge.None);

    private static Bill PriceEach(Hold hold, Delivered delivered, ref bool exceeded)
    {
        var lines = new List<ChargedLine>(delivered.Lines.Count);
        var (cost, parts) = (ExactCost.Zero, Charge.None);
        PriceVersion? served = null;
        foreach (var line in delivered.Lines)
        {
            if (line.ModelServed is not { } model)
            {
                lines.Add(new(line, null, NanoUsd.Zero));
                continue;
            }

            var version = VersionOf(hold.Quote.Lines[lines.Count], model);
            cost += version.Prices.Cost(line.Usage);
            if (cost.PicoUsd > (Int128)long.MaxValue * PicoPerNano)
            {
                exceeded = true;
                return Free(hold, delivered);
            }

            var (total, before) = (NanoUsd.Min(cost.ToCharge(), hold.Amount), parts.Total);
            parts = Add(parts, Charge.Of(version.Prices, line.Usage)) with { Total = total };
            lines.Add(new(line, version.Id, total - before));
            served = served is null || model == delivered.ModelServed ? version : served;
        }

        exceeded |= cost.ToCharge() > hold.Amount;
        return new(hold, delivered, served, Pricer.Cap(parts with { Total = cost.ToCharge() }, hold.Amount))
        {
            Lines = lines,
        };
    }

    private static PriceVersion VersionOf(LinePrices planned, ModelId model) =>
        planned.Versions.FirstOrDefault(version => version.Model == model)
        ?? throw new ArgumentException($"{model} is not in the quote of its call.", nameof(model));

    private static Charge Add(Charge left, Charge right) => new(
        left.Total + right.Total, left.Input + right.Input, left.Cached + right.Cached, left.Output + right.Output,
        left.Reasoning + right.Reasoning);
}
