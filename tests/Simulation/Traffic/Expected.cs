using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>What a delivery costs, worked out again from the prices alone.</summary>
internal static class Expected
{
    private const int PicoPerNano = 1000;

    internal static long ChargeOf(Quote quote, Delivered delivered)
    {
        var usage = delivered.Usage;
        var isFree = delivered.Ending == Ending.Failed || (delivered.Ending != Ending.Complete && usage.Output == 0);
        if (isFree)
        {
            return 0;
        }

        var pico = delivered.Lines.Count == 0
            ? PicoOf(quote, delivered.ModelServed, usage)
            : delivered.Lines.Where(line => line.ModelServed is not null).Aggregate(
                Int128.Zero, (sum, line) => sum + PicoOf(quote, line.ModelServed, line.Usage));
        return (long)(pico / PicoPerNano);
    }

    private static Int128 PicoOf(Quote quote, ModelId? model, Usage usage)
    {
        var prices = quote.Prices.Single(price => price.Model == model).Prices;
        return ((Int128)prices.Input.PicoUsd * (usage.Input - usage.Cached))
            + ((Int128)prices.Cached.PicoUsd * usage.Cached)
            + ((Int128)prices.Output.PicoUsd * (usage.Output - usage.Reasoning))
            + ((Int128)prices.Reasoning.PicoUsd * usage.Reasoning);
    }
}
