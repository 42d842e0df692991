using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The rule of who pays for what: from a hold and what was delivered to a charge, without I/O.</summary>
internal static class Pricer
{
    /// <summary>Prices an ended request.</summary>
    /// <param name="hold">What backs it.</param>
    /// <param name="delivered">What the caller got.</param>
    /// <param name="exceeded">Whether the usage is beyond what the hold covers: a fault of the meter. The caller then
    /// pays the hold and not more; a usage whose cost does not even fit 64 bits is free.</param>
    internal static Bill Price(Hold hold, Delivered delivered, out bool exceeded)
    {
        if (delivered.Lines.Count > 0)
        {
            return LinePricer.Price(hold, delivered, out exceeded);
        }

        var usage = delivered.Usage;
#if MUTANTS
        if (Mutant.Is(13) && delivered.Ending == Ending.ClientGone)
        {
            usage = usage with { Output = hold.CoveredOutputTokens };
        }
#endif
        RequireSound(usage);
        exceeded = usage.Output > hold.CoveredOutputTokens || usage.Input > hold.Quote.InputTokensBound
            || ExceedsUnits(usage, hold.Quote.UnitsBound);
        if (IsFree(delivered))
        {
            return new(hold, delivered, null, Charge.None);
        }

        var version = hold.Quote.Prices.FirstOrDefault(price => price.Model == delivered.ModelServed)
            ?? throw new ArgumentException($"{delivered.ModelServed} is not in the quote.", nameof(delivered));
        if (version.Prices.Cost(usage).PicoUsd > (Int128)long.MaxValue * 1000)
        {
            exceeded = true;
            return new(hold, delivered, null, Charge.None);
        }

        var charge = Charge.Of(version.Prices, usage);
#if MUTANTS
        charge = Mutate(charge, version.Prices, usage);
#endif
        exceeded |= charge.Total > hold.Amount;
        return new(hold, delivered, version, Cap(charge, hold.Amount));
    }

    /// <exception cref="ArgumentException">The usage contradicts itself.</exception>
    internal static void RequireSound(Usage usage)
    {
        if (usage.Cached < 0 || usage.Cached > usage.Input || usage.Reasoning < 0 || usage.Reasoning > usage.Output
            || long.Min(usage.Images, long.Min(usage.AudioMs, usage.Characters)) < 0)
        {
            throw new ArgumentException($"A part of {usage} is negative or larger than its whole.", nameof(usage));
        }
    }

    internal static bool ExceedsUnits(Usage usage, Usage bound) =>
        usage.Images > bound.Images || usage.AudioMs > bound.AudioMs || usage.Characters > bound.Characters;

    /// <summary>Whether an ending costs nothing, whatever was used.</summary>
    internal static bool IsFree(Delivered delivered) => delivered.Ending switch
    {
        Ending.Complete => false,
        Ending.Cut or Ending.ClientGone => delivered.Usage.Output == 0,
#if MUTANTS
        Ending.Failed when Mutant.Is(12) => false,
#endif
        Ending.Failed => true,
    };

#if MUTANTS
#pragma warning disable RS0030 // What the ban is for.
    private static Charge Mutate(Charge charge, ModelPrices prices, Usage usage) =>
        Mutant.Is(9) ? charge with
        {
            Total = new((long)((((double)prices.Input.PicoUsd * (usage.Input - usage.Cached))
                + ((double)prices.Cached.PicoUsd * usage.Cached)
                + ((double)prices.Output.PicoUsd * (usage.Output - usage.Reasoning))
                + ((double)prices.Reasoning.PicoUsd * usage.Reasoning)) / 1000)),
        }
        : Mutant.Is(10) ? charge with { Total = charge.Input + charge.Cached + charge.Output + charge.Reasoning }
        : charge;
#pragma warning restore RS0030
#endif

    /// <summary>The charge, or of a larger one the cap, with parts that fit into it.</summary>
    internal static Charge Cap(Charge charge, NanoUsd cap)
    {
        if (charge.Total <= cap)
        {
            return charge;
        }

        var left = cap;
        return new(cap, Take(charge.Input), Take(charge.Cached), Take(charge.Output), Take(charge.Reasoning));

        NanoUsd Take(NanoUsd part)
        {
            var taken = NanoUsd.Min(part, left);
            left -= taken;
            return taken;
        }
    }
}
