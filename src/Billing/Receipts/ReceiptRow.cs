using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A settled request as it is read for its receipt.</summary>
internal sealed record ReceiptRow
{
    /// <summary>The receipt as first signed; null until somebody asked for it.</summary>
    internal byte[]? Signed { get; init; }

    internal required string Key { get; init; }

    internal required string Endpoint { get; init; }

    internal required string ModelAsked { get; init; }

    internal string? ModelServed { get; init; }

    internal required string Strategy { get; init; }

    internal DateTimeOffset Started { get; init; }

    internal DateTimeOffset Ended { get; init; }

    internal required string Ending { get; init; }

    internal bool IsCollected { get; init; }

    internal required string FinishReason { get; init; }

    internal Usage Usage { get; init; }

    internal bool Estimated { get; init; }

    internal NanoUsd Charge { get; init; }

    internal long? PriceVersion { get; init; }

    internal ModelPrices Prices { get; init; }

    /// <summary>The calls of a request that asked several experts; empty for a request of one.</summary>
    internal IReadOnlyList<ReceiptLine> Lines { get; init; } = [];

    internal required string Attempts { get; init; }

    /// <summary>SHA-256 of its route; null when that was not kept.</summary>
    internal byte[]? RouteHash { get; init; }

    internal required byte[] RequestCommit { get; init; }

    internal required byte[] ResponseCommit { get; init; }
}
