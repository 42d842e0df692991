using Gateway.Billing;

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

        var prices = quote.Prices.Single(price => price.Model == delivered.ModelServed).Prices;
        var pico = ((Int128)prices.Input.PicoUsd * (usage.Input - usage.Cached))
            + ((Int128)prices.Cached.PicoUsd * usage.Cached)
            + ((Int128)prices.Output.PicoUsd * (usage.Output - usage.Reasoning))
            + ((Int128)prices.Reasoning.PicoUsd * usage.Reasoning);
        return (long)(pico / PicoPerNano);
    }
}
