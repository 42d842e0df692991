using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A charged request, as a correction reads it.</summary>
internal sealed record PaidRequest(RequestId Request, string Org, long Charge, Usage Usage, string? Model)
{
    /// <summary>What it paid more than it costs at a price of the model that served it; zero when that is not less. A
    /// correction never charges.</summary>
    internal NanoUsd Back(PriceVersion version)
    {
        if (version.Model.Value != Model)
        {
            return NanoUsd.Zero;
        }

        var cost = version.Prices.Cost(Usage).PicoUsd / 1000;
        return cost >= Charge ? NanoUsd.Zero : new(Charge - (long)cost);
    }
}

/// <summary>Who corrects, and why.</summary>
internal sealed record ReRateAct(string Person, string Because);
