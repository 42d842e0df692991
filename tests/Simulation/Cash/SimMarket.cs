using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>TAO's price, and the sources that tell it: late, wrong, or not at all.</summary>
internal sealed class SimMarket(World world)
{
    /// <summary>How many are asked.</summary>
    internal const int Sources = 3;

    private const long Least = 12_000;
    private const long Most = 40_000;

    /// <summary>Pico-USD per rao: for one customer a deposit is below the minimum at one price and above it at
    /// another.</summary>
    internal long Price { get; private set; } = 20_000;

    /// <summary>It moves a little, and now and then jumps.</summary>
    internal void Move()
    {
        var percent = world.Dice.OneIn(12) ? 30 : 2;
        Price = long.Clamp(Price * world.Dice.Between(100 - percent, 100 + percent) / 100, Least, Most);
    }

    /// <summary>What the sources say.</summary>
    internal List<RateSight> Ask(long now)
    {
        var sights = new List<RateSight>();
        for (var source = 0; source < Sources; source++)
        {
            var fate = world.Dice.Below(24);
            if (fate > 0)
            {
                var rate = fate == 1 ? 0 : fate == 2 ? Price * 2 : Price + world.Dice.Between(-20, 20);
                var age = fate == 3 ? 2 * RateRule.FreshMs : 0;
                sights.Add(new(NameOf(source), new(rate), now - age));
            }
        }

        return sights;
    }

    private static string NameOf(int source) => source switch { 0 => "one", 1 => "two", _ => "three" };
}
