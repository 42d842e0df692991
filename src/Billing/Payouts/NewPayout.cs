namespace Gateway.Billing;

/// <summary>A payout before it has a row.</summary>
internal sealed record NewPayout
{
    internal required string Id { get; init; }

    internal required PayoutKind Kind { get; init; }

    internal string? Org { get; init; }

    internal required string Destination { get; init; }

    internal required long Rao { get; init; }

    internal long NanoUsd { get; init; }

    internal required string By { get; init; }

    internal required long Now { get; init; }

    internal required long NotBefore { get; init; }

    internal IReadOnlyList<LotPart> Lots { get; init; } = [];

    internal MinerAccount? Miner { get; init; }
}
