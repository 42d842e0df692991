using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>A transfer as the books have it.</summary>
internal sealed record DepositLine(DepositRow Row)
{
    internal FxRate? Rate { get; init; }

    internal long? Sample { get; init; }

    internal string? Lot { get; init; }

    /// <summary>Whether a person named its rate.</summary>
    internal bool IsByPerson { get; init; }
}

/// <summary>A lot as the books have it.</summary>
internal sealed record LotLine(string Id, NewLot Made)
{
    internal long RaoLeft { get; init; } = Made.Rao;

    internal long NanoUsdLeft { get; init; } = Made.NanoUsd;

    internal long Expired { get; init; }

    /// <summary>How often something was taken of it or came back: each may leave less than one rao behind.</summary>
    internal long Takes { get; init; }

    internal bool IsPromo => Made.Expires is not null;

    internal LotLeft Left => new(Id, NanoUsdLeft, RaoLeft);
}

/// <summary>A sample of TAO's price.</summary>
internal sealed record SampleLine(RateSample Sample, bool IsHeld);

/// <summary>The rows of deposits, lots, rates and payouts. Lines are never changed, so a copy has the same
/// ones.</summary>
internal sealed class CashState
{
    /// <summary>The last block whose transfers are all taken.</summary>
    internal long Height { get; set; }

    /// <summary>Its hash; null before the beginning.</summary>
    internal string? Hash { get; set; }

    internal Dictionary<DepositId, DepositLine> Deposits { get; private init; } = [];

    /// <summary>By organisation, each list in the order in which they were opened.</summary>
    internal Dictionary<string, List<LotLine>> Lots { get; private init; } = [];

    internal List<SampleLine> Samples { get; private init; } = [];

    /// <summary>The time of the last sample that a person let pass: the price before it no longer counts.</summary>
    internal long Released { get; set; }

    internal Dictionary<string, Payout> Payouts { get; private init; } = [];

    /// <summary>The last block in which a payout's newest extrinsic can be.</summary>
    internal Dictionary<string, long> Eras { get; private init; } = [];

    internal Dictionary<(OrgId Org, string Upstream), long> Accruals { get; private init; } = [];

    internal Dictionary<string, long> Payables { get; private init; } = [];

    /// <summary>Ids of posting groups: each cause is booked once.</summary>
    internal HashSet<string> Groups { get; private init; } = [];

    /// <summary>What the postings of each account come to.</summary>
    internal Dictionary<(string Account, string Asset), long> Sums { get; private init; } = [];

    /// <summary>Numbers handed out to rows.</summary>
    internal long Number { get; set; }

    internal CashState Copy() => new()
    {
        Height = Height,
        Hash = Hash,
        Deposits = new(Deposits),
        Lots = Lots.ToDictionary(pair => pair.Key, pair => pair.Value.ToList()),
        Samples = [.. Samples],
        Released = Released,
        Payouts = new(Payouts),
        Eras = new(Eras),
        Accruals = new(Accruals),
        Payables = new(Payables),
        Groups = [.. Groups],
        Sums = new(Sums),
        Number = Number,
    };
}
