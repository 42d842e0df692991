using Gateway.Core;

namespace Gateway.Billing;

/// <summary>A deposit that becomes credit: its lot, at which rate, and what is booked.</summary>
internal sealed record DepositCredit(NewLot Lot, long? Sample, Entry[] Entries);

/// <summary>The rule of deposits, on rows in memory: every store applies this one.</summary>
internal static class DepositRule
{
    /// <summary>What an address must have sent, uncredited parts together, before it is credited.</summary>
    internal const long MinimumRao = 1_000_000;

    /// <summary>Refuses what no watcher may hand over.</summary>
    /// <exception cref="ArgumentException">A field is empty, below zero, or zero where there is nothing to
    /// credit.</exception>
    internal static void Check(FinalizedTransfer transfer)
    {
        ArgumentException.ThrowIfNullOrEmpty(transfer.Genesis);
        ArgumentException.ThrowIfNullOrEmpty(transfer.BlockHash);
        ArgumentOutOfRangeException.ThrowIfNegative(transfer.EventIndex);
        ArgumentOutOfRangeException.ThrowIfNegative(transfer.Height);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(transfer.Amount.Value);
        if (transfer.Rate is { } rate)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rate.PicoUsdPerRao);
        }

        if (transfer.Org == default && transfer.Anomaly == DepositAnomaly.None)
        {
            throw new ArgumentException("A transfer without an organisation is an anomaly.", nameof(transfer));
        }
    }

    /// <summary>The row of a transfer that nobody has seen before.</summary>
    internal static DepositRow Enter(FinalizedTransfer transfer) => new(
        IdOf(transfer), transfer.Height, transfer.Address,
        transfer.Org == default ? null : transfer.Org.ToString(),
        transfer.Amount.Value, transfer.BlockTime.ToUnixTimeMilliseconds(),
        transfer.Anomaly == DepositAnomaly.None ? "finalized" : "quarantined");

    /// <summary>The transfer is ours on the chain, and not yet anybody's credit.</summary>
    internal static Entry[] Finalized(DepositRow row) =>
    [
        new("chain/" + row.Address, Books.RaoAsset, row.Rao), new("deposits_clearing", Books.RaoAsset, -row.Rao),
    ];

    /// <summary>It is the operator's own money.</summary>
    internal static Entry[] Claimed(DepositRow row) =>
    [
        new("deposits_clearing", Books.RaoAsset, row.Rao), new("revenue", Books.RaoAsset, -row.Rao),
    ];

    /// <summary>Whether what an address has sent and is not credited for is enough now.</summary>
    internal static bool IsEnough(long dust) => dust >= MinimumRao;

    /// <summary>Credits at the rate that serves the deposit's block; null: it waits for one.</summary>
    /// <param name="row">Examined.</param>
    /// <param name="given">The operator's fixed rate, which replaces samples.</param>
    /// <param name="sample">The one that serves, if there is one.</param>
    internal static DepositCredit? Credit(DepositRow row, FxRate? given, RateSample? sample) =>
        (given ?? sample?.Rate) is not { } rate
            ? null

            // A fixed rate may be newer than the newest sample; then none stands for it.
            : CreditAt(row, rate, sample?.Rate == rate ? sample?.Id : null);

    /// <summary>One deposit is one lot at its own rate.</summary>
    /// <exception cref="OverflowException">It is worth more than 64 bits can say.</exception>
    internal static DepositCredit CreditAt(DepositRow row, FxRate rate, long? sample)
    {
        var (org, nanoUsd) = (row.Org!, rate.ToCredit(new(row.Rao)).Value);
        return new(
            new(org, "paid", rate, row.Rao, nanoUsd) { Deposit = row.Id.ToString() },
            sample,
            [
                new("deposits_clearing", Books.RaoAsset, row.Rao), new("fx_tao", Books.RaoAsset, -row.Rao),
                new("fx_usd", Books.NanoUsdAsset, -nanoUsd), new(Books.Available(org), Books.NanoUsdAsset, nanoUsd),
            ]);
    }

    private static DepositId IdOf(FinalizedTransfer transfer)
    {
#if MUTANTS
        if (Mutant.Is(15))
        {
            return new(transfer.Genesis, transfer.BlockHash, 0);
        }
#endif
        return new(transfer.Genesis, transfer.BlockHash, transfer.EventIndex);
    }
}
