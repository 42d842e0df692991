using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What miners earn of a charge: their share of it, divided by what each delivered, rounded down. Experts that
/// are not miners earn nothing.</summary>
internal static class MinerShares
{
    private const int Million = 1_000_000;

    /// <summary>The delivery with every attempt's share in it.</summary>
    internal static Delivered Divide(Bill bill)
    {
        var (delivered, charge) = (bill.Delivered, bill.Charge.Total.Value);
        if (charge == 0 || !HasMiner(delivered.Attempts))
        {
            return delivered;
        }

        if (bill.Lines.Count > 0)
        {
            return delivered with { Attempts = [.. bill.Lines.SelectMany((line, n) => OfLine(bill, line, n))] };
        }

        return bill.Price is { SharePpm: > 0 } price
            ? delivered with { Attempts = [.. Divide(delivered.Attempts, charge, price)] }
            : delivered;
    }

    // Each call by itself: what was charged for it is divided among those who were tried for it.
    private static IEnumerable<AttemptRecord> OfLine(Bill bill, ChargedLine line, int number)
    {
        AttemptRecord[] attempts = [.. bill.Delivered.Attempts.Where(attempt => attempt.Line == number)];
        var price = bill.Hold.Quote.Prices.FirstOrDefault(version => version.Id == line.PriceVersion);
        return price is { SharePpm: > 0 } ? Divide(attempts, line.Charge.Value, price) : attempts;
    }

    private static IEnumerable<AttemptRecord> Divide(
        IReadOnlyList<AttemptRecord> attempts, long charge, PriceVersion price)
    {
        var total = Total(attempts);
        return total == 0 ? attempts : attempts.Select(attempt => attempt with
        {
            Share = new((long)((Int128)charge * price.SharePpm / Million * Weight(attempt) / total)),
        });
    }

    /// <summary>Adds what a settled record's upstreams earned to sums by organisation and upstream.</summary>
    internal static void Add(Dictionary<(OrgId Org, string Upstream), long> shares, UsageRecord record)
    {
        foreach (var attempt in record.Delivered.Attempts)
        {
            if (attempt.Share.Value > 0)
            {
                var key = (record.Payer.Org, attempt.Upstream);
                shares[key] = shares.GetValueOrDefault(key) + attempt.Share.Value;
            }
        }
    }

    // Whoever answered with nothing but a normal end did the work of reading the prompt.
    private static long Weight(AttemptRecord attempt) => attempt.NetUid is null ? 0 : WeightOfAny(attempt);

    private static long WeightOfAny(AttemptRecord attempt) =>
#if MUTANTS
        Mutant.Is(11) ? 1 + attempt.OutputTo - attempt.OutputFrom :
#endif
        attempt.OutputTo - attempt.OutputFrom + (attempt.Outcome == AttemptOutcome.Complete ? 1 : 0);

    private static bool HasMiner(IReadOnlyList<AttemptRecord> attempts)
    {
        for (var i = 0; i < attempts.Count; i++)
        {
            if (attempts[i].NetUid is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static long Total(IReadOnlyList<AttemptRecord> attempts)
    {
        var total = 0L;
        foreach (var attempt in attempts)
        {
            total += WeightOfAny(attempt);
        }

        return total;
    }
}
