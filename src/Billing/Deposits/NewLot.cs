using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A lot before it has a row.</summary>
internal sealed record NewLot(string Org, string Kind, FxRate Rate, long Rao, long NanoUsd)
{
    /// <summary>The transfer that it is made of, if it is.</summary>
    internal string? Deposit { get; init; }

    /// <summary>When it ends, if it does; Unix milliseconds.</summary>
    internal long? Expires { get; init; }
}
