using Gateway.Billing;
using Gateway.ChainBridge;

namespace Gateway.Simulation;

/// <summary>Deposits, lots, rates and payouts in memory: each member is one transaction, made of the same rules that
/// the stores apply and of the statements around them, which the store has in SQL.</summary>
internal sealed partial class CashBooks(World world, SimStore store)
{
    // A minute of the chain passes in 60 ms of a run, which lasts a minute itself.
    private const long TicksPerMs = 10;

    private static readonly long Epoch =
        new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    /// <summary>Unix milliseconds, as chain and books show them.</summary>
    internal long Now => Epoch + (world.Clock.Now / TicksPerMs);

    internal CashState State => store.State.Cash;

    /// <summary>The last block whose transfers are all taken; null before the beginning.</summary>
    internal ChainPosition? Position => State.Hash is { } hash ? new(State.Height, hash) : null;

    /// <summary>What happened so far, also in times that the books went back behind.</summary>
    internal CashCounts Counts { get; private set; }

    /// <summary>A sum of the books.</summary>
    internal long SumOf(string account, string asset = Books.RaoAsset) =>
        State.Sums.GetValueOrDefault((account, asset));

    internal List<LotLine> LotsOf(string org)
    {
        if (!State.Lots.TryGetValue(org, out var lots))
        {
            lots = [];
            State.Lots.Add(org, lots);
        }

        return lots;
    }

    /// <summary>Whether nothing can become of a transfer any more.</summary>
    internal bool IsDone(FinalizedTransfer transfer) =>
        State.Deposits[DepositRule.Enter(transfer).Id].Row.State is "credited" or "ours";

    /// <summary>Forgets deposits of blocks that are forgotten, payouts that ended and lots that are used up.</summary>
    internal void Forget(SimChain chain)
    {
        Remove(State.Deposits, line => chain.At(line.Row.Height) is null);
        Remove(State.Payouts, payout => PayoutRule.IsFinal(payout.State));
        Remove(State.Eras, _ => true);
        var kept = State.Deposits.Values.Select(line => line.Lot)
            .Concat(State.Payouts.Values.SelectMany(payout => payout.Parts).Select(part => part.Source)).ToHashSet();
        foreach (var lots in State.Lots.Values)
        {
            lots.RemoveAll(lot => lot.NanoUsdLeft == 0 && !kept.Contains(lot.Id));
        }

        var samples = State.Deposits.Values.Select(line => line.Sample).ToHashSet();
        State.Samples.RemoveAll(line => line.Sample.At < Now - (2 * RateRule.ServesMs)
            && !samples.Contains(line.Sample.Id));
        State.Groups.Clear();
    }

    private static void Remove<TKey, TValue>(Dictionary<TKey, TValue> rows, Predicate<TValue> isOver)
        where TKey : notnull
    {
        foreach (var (key, value) in rows.ToArray())
        {
            if (isOver(value))
            {
                rows.Remove(key);
            }
        }
    }

    private string NextId(string prefix) => FormattableString.Invariant($"{prefix}{++State.Number}");

    private AccountState AccountOf(string org) => store.Open(AccountName.Credit(DepositSql.Parse(org)));

    private void Post(string kind, string cause, Entry[] entries)
    {
        if (entries.Length == 0)
        {
            return;
        }

        Books.Check(kind, cause, entries);
        world.Require(State.Groups.Add($"{kind}:{cause}"), "I10", $"{kind}:{cause} is booked twice.");
        foreach (var entry in entries)
        {
            var key = (entry.Account, entry.Asset);
            State.Sums[key] = State.Sums.GetValueOrDefault(key) + entry.Amount;
        }
    }

    private string OpenLot(NewLot made)
    {
        var lot = new LotLine(NextId("lot_"), made);
        LotsOf(made.Org).Add(lot);
        var account = AccountOf(made.Org);
        account.Credited += made.NanoUsd;
        account.Row.Available += made.NanoUsd;
        account.Row.IsPressed = false;
        return lot.Id;
    }

    // Takes of lots, or gives back with a sign of -1.
    private void Take(string org, IEnumerable<LotPart> parts, int sign = 1, bool expires = false)
    {
        var lots = LotsOf(org);
        foreach (var part in parts)
        {
            var at = lots.FindIndex(lot => lot.Id == part.Id);
            world.Require(at >= 0, "I11", $"{part.Id} of {org} is gone.");
            var lot = lots[at];
            lots[at] = lot with
            {
                NanoUsdLeft = lot.NanoUsdLeft - (sign * part.NanoUsd),
                RaoLeft = lot.RaoLeft - (sign * part.Rao),
                Expired = lot.Expired + (expires ? part.NanoUsd : 0),
                Takes = lot.Takes + 1,
            };
            Check(lots[at]);
        }
    }

    // What a CHECK of the tables says.
    private void Check(LotLine lot) => world.Require(
        lot is { NanoUsdLeft: >= 0, RaoLeft: >= 0, Expired: >= 0 }
            && lot.NanoUsdLeft + lot.Expired <= lot.Made.NanoUsd && lot.RaoLeft <= lot.Made.Rao
            && (lot.NanoUsdLeft > 0 || lot.RaoLeft == 0),
        "I11", $"{lot.Id} has {lot.NanoUsdLeft} nano-USD and {lot.RaoLeft} rao left of {lot.Made}.");
}
