using Gateway.Billing;

namespace Gateway.Simulation;

/// <summary>What must hold of deposits, lots and payouts, worked out from all rows and from the chain itself.</summary>
internal sealed class CashChecks(World world, SimStore store, SimChain chain)
{
    private const int PicoPerNano = 1000;

    // Lines never change: one that was right is right.
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);

    internal void Check()
    {
        var cash = store.State.Cash;
        CheckSums(cash);
        foreach (var (name, account) in store.State.Accounts.Where(pair => pair.Value.Row.Cap is null))
        {
            CheckLots(name, account, store.Cash.LotsOf(name));
        }

        CheckBlocks(cash);
        foreach (var payout in cash.Payouts.Values)
        {
            Check(payout);
        }
    }

    /// <summary>Nothing is under way, and every block was read.</summary>
    internal void CheckStill()
    {
        Check();
        foreach (var (name, account) in store.State.Accounts.Where(pair => pair.Value.Row.Cap is null))
        {
            var left = store.Cash.LotsOf(name).Sum(lot => lot.NanoUsdLeft);
            world.Require(
                left == account.Row.Available + account.Row.Leased,
                "I3", $"{name}'s lots have {left}, it has {account.Row.Available} + {account.Row.Leased}.");
        }

        world.Require(
            Held(store.State.Cash) == chain.Received - chain.Paid,
            "I12", $"The books hold {Held(store.State.Cash)}, the chain {chain.Received - chain.Paid}.");
    }

    // Each book, and each claim, is what its rows come to; we hold what we owe.
    private void CheckSums(CashState cash)
    {
        var lots = cash.Lots.Values.SelectMany(list => list).Sum(lot => lot.RaoLeft);
        var waiting = cash.Deposits.Values.Where(line => line.Lot is null && line.Row.State != "ours")
            .Sum(line => line.Row.Rao);
        var refunds = cash.Payouts.Values.Where(payout => !PayoutRule.IsFinal(payout.State))
            .Sum(payout => payout.Amount.Value);
        var payables = cash.Payables.Values.Sum();
        var (rao, nanoUsd) = (Int128.Zero, Int128.Zero);
        foreach (var ((_, asset), sum) in cash.Sums)
        {
            rao += asset == Books.RaoAsset ? sum : 0;
            nanoUsd += asset == Books.NanoUsdAsset ? sum : 0;
        }

        world.Require(rao == 0 && nanoUsd == 0, "I1", $"The books sum to {rao} rao and {nanoUsd} nano-USD.");
        world.Require(store.Cash.SumOf("fx_tao") == -lots, "I12", $"fx_tao is not the {lots} rao of lots.");
        world.Require(
            store.Cash.SumOf("deposits_clearing") == -waiting, "I12", $"deposits_clearing is not {waiting} rao.");
        world.Require(
            store.Cash.SumOf("refunds_clearing") == -refunds, "I12", $"refunds_clearing is not {refunds} rao.");
        var held = Held(cash);
        world.Require(
            held >= (Int128)lots + waiting + refunds + payables,
            "I12", $"{held} rao are held; {lots} + {waiting} + {refunds} + {payables} are owed.");
    }

    private void CheckLots(string org, AccountState account, List<LotLine> lots)
    {
        var row = account.Row;
        var left = lots.Sum(lot => lot.NanoUsdLeft);
        var owed = row.Available + row.Leased + row.Spent - account.Rolled;
        world.Require(left == owed, "I3", $"{org}'s lots have {left} nano-USD left for {owed}.");
        world.Require(account.Rolled <= row.Spent, "I3", $"{org} has more rolled up than spent.");
        foreach (var lot in lots.Where(lot => _seen.Add(lot)))
        {
            Check(lot);
        }
    }

    // Credit leaves a lot, and comes back to it, at the lot's own rate: what it has in rao is its share, but for less
    // than one rao each time.
    private void Check(LotLine lot)
    {
        var share = (Int128)lot.Made.Rao * lot.NanoUsdLeft / lot.Made.NanoUsd;
        world.Require(
            lot.RaoLeft >= share - lot.Takes && lot.RaoLeft <= share + lot.Takes + 1,
            "I11", $"{lot.Id} has {lot.RaoLeft} rao left, its share is {share}.");
    }

    // Exactly one row for each transfer of the blocks that are read, with the chain's amount and the lot that it paid
    // for; none for anything else.
    private void CheckBlocks(CashState cash)
    {
        var (events, lots) = (0, new HashSet<string>());
        foreach (var transfer in chain.Blocks.SelectMany(block => block.Transfers).Where(one => one.Amount.Value > 0))
        {
            var id = new DepositId(transfer.Genesis, transfer.BlockHash, transfer.EventIndex);
            var line = cash.Deposits.GetValueOrDefault(id);
            world.Require(
                line is not null || transfer.Height > cash.Height, "I10", $"{id} is read and has no row.");
            if (line is not null)
            {
                events++;
                CheckOnce(line, transfer, cash);
                world.Require(line.Lot is null || lots.Add(line.Lot), "I10", $"{line.Lot} is of two deposits.");
            }
        }

        world.Require(
            events == cash.Deposits.Count, "I10", $"{cash.Deposits.Count} deposits are of {events} transfers.");
    }

    private void CheckOnce(DepositLine line, FinalizedTransfer transfer, CashState cash)
    {
        if (_seen.Add(line))
        {
            Check(line, transfer, cash);
        }
    }

    private void Check(DepositLine line, FinalizedTransfer transfer, CashState cash)
    {
        var row = line.Row;
        world.Require(
            row.Rao == transfer.Amount.Value && row.Address == transfer.Address && row.Height == transfer.Height
                && (transfer.Org == default || row.Org == transfer.Org.ToString()),
            "I10", $"{row} is not {transfer}.");
        world.Require((line.Lot is not null) == (row.State == "credited"), "I10", $"{row} has the lot {line.Lot}.");
        if (line.Lot is null)
        {
            return;
        }

        var lot = cash.Lots[row.Org!].Find(one => one.Id == line.Lot);
        var rate = line.Rate!.Value.PicoUsdPerRao;
        var worth = (((Int128)row.Rao * rate) + PicoPerNano - 1) / PicoPerNano;
        world.Require(
            lot is { Made: var made } && made.Rao == row.Rao && made.NanoUsd == worth && made.Rate == line.Rate,
            "I10", $"{row} is worth {worth} at {rate} and opened {lot}.");
        if (!line.IsByPerson)
        {
            var sample = cash.Samples.Find(one => one.Sample.Id == line.Sample);
            world.Require(
                sample is { IsHeld: false } && sample.Sample.Rate == line.Rate && sample.Sample.At <= row.BlockTime
                    && row.BlockTime - sample.Sample.At <= 600_000,
                "I10", $"{row} is credited at {rate} by {sample}.");
        }
    }

    private void Check(Payout payout)
    {
        var isApproved = payout.State is not (PayoutState.Requested or PayoutState.Approved1 or PayoutState.Cancelled
            or PayoutState.Failed);
        world.Require(
            !isApproved || payout.Approvers.Append(payout.RequestedBy).Distinct().Count() == 3,
            "I11", $"{payout.Id} went on without two approvers beside who asked.");
        var payments = chain.PaymentsOf(payout.Id);
        world.Require(
            payments <= 1 && (payout.State != PayoutState.Finalized || payments == 1)
                && (payments == 0 || payout.State is not (PayoutState.Cancelled or PayoutState.Failed)),
            "I11", $"{payout.Id} is {payout.State} and was paid {payments} times.");
    }

    /// <summary>Forgets what it has seen.</summary>
    internal void Forget() => _seen.Clear();

    private static Int128 Held(CashState cash)
    {
        var held = Int128.Zero;
        foreach (var ((account, _), sum) in cash.Sums)
        {
            held += account.StartsWith("chain/", StringComparison.Ordinal) ? sum : 0;
        }

        return held;
    }
}
