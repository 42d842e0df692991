namespace Gateway.Router.Gating;

/// <summary>Who a miner is. A uid that another hotkey took over, or a new registration, is another miner and inherits
/// nothing.</summary>
/// <param name="NetUid">The subnet, negative for an upstream that is on none.</param>
/// <param name="Hotkey">The hotkey, or the upstream's name.</param>
/// <param name="Registered">Block of the registration.</param>
/// <param name="Model">The model it claims.</param>
internal sealed record MinerKey(int NetUid, string Hotkey, long Registered, string Model);

/// <summary>What is known of a miner before asking it.</summary>
/// <param name="Key">Who it is.</param>
/// <param name="Operator">Whoever runs it: coldkey or network; two miners of one operator never share a plan.</param>
/// <param name="Incentive">Its incentive on chain, any scale; null when the chain says nothing of it.</param>
/// <param name="PriceIn">USD per input token.</param>
/// <param name="PriceOut">USD per output token.</param>
internal sealed record MinerFacts(MinerKey Key, string Operator, double? Incentive, double PriceIn, double PriceOut)
{
    /// <summary>Whether its integrity is not in question: our own experts and configured servers.</summary>
    internal bool IsTrusted => Key.NetUid < 0;

    /// <summary>Its rank by incentive in the whole subnet, 0 to 1, where somebody else has reckoned it; goes before
    /// <see cref="Incentive"/>.</summary>
    internal double? Percentile { get; init; }

    /// <summary>Whether its numbers can be reckoned with; a miner that names a price of NaN is left out.</summary>
    internal bool IsSane => IsUsable(PriceIn) && IsUsable(PriceOut) && (Incentive is not { } told || IsUsable(told))
        && (Percentile is null or (>= 0 and <= 1));

    private static bool IsUsable(double number) => double.IsFinite(number) && number >= 0;
}
