using Gateway.Billing;
using Gateway.ChainBridge;
using Gateway.Core;

namespace Gateway.Simulation;

internal sealed partial class CashBooks
{
    private const string Waits = "awaiting_rate";
    private const string Dust = "below_minimum";

    /// <summary>A finalized transfer; null when it was known.</summary>
    internal DepositState? Take(FinalizedTransfer transfer)
    {
        DepositRule.Check(transfer);
        var row = DepositRule.Enter(transfer);
        if (!State.Deposits.TryAdd(row.Id, new(row)))
        {
            return null;
        }

        Post("deposit_finalized", row.Id.ToString(), DepositRule.Finalized(row));
        if (transfer.Anomaly != DepositAnomaly.None)
        {
            return DepositState.Quarantined;
        }

        if (transfer.Rate is { } rate)
        {
            Credit(row, DepositRule.CreditAt(row, rate, sample: null), isByPerson: true);
            return DepositState.Credited;
        }

        return Examine(row);
    }

    /// <summary>Begins above a block, once.</summary>
    internal bool Begin(ChainPosition first)
    {
        if (State.Hash is null)
        {
            (State.Height, State.Hash) = (first.Height, first.Hash);
        }

        return true;
    }

    /// <summary>All transfers of the next finalized block and the cursor behind them, in one transaction: were they
    /// two, books that went back between them would miss the block. False when the cursor is not at its
    /// parent.</summary>
    internal bool Take(WatchedBlock block, SimAddresses addresses)
    {
        var isNext = State.Height == block.Position.Height - 1 && State.Hash == block.Parent;
#if MUTANTS
        isNext |= Billing.Mutant.Is(16) && State.Height < block.Position.Height;
#endif
        if (!isNext)
        {
            return false;
        }

        foreach (var transfer in block.Transfers)
        {
            Take(ToBooks(block, transfer, addresses.OwnerOf(transfer.Address)));
        }

        (State.Height, State.Hash) = (block.Position.Height, block.Position.Hash);
        return true;
    }

    /// <summary>Looks again at what waits for a rate.</summary>
    internal void ExamineWaiting()
    {
        foreach (var line in InState(Waits))
        {
            CreditOrWait(line.Row);
        }
    }

    /// <summary>Some deposits that wait for a rate, or for a person.</summary>
    internal List<DepositLine> InState(string state) =>
        [.. State.Deposits.Values.Where(line => line.Row.State == state)];

    /// <summary>A person's word for a rate.</summary>
    internal bool CreditAt(DepositId id, FxRate rate)
    {
        if (State.Deposits.GetValueOrDefault(id) is not { Row: { State: Waits } row })
        {
            return false;
        }

        Credit(row, DepositRule.CreditAt(row, rate, sample: null), isByPerson: true);
        return true;
    }

    /// <summary>A person's word for whose a transfer is.</summary>
    internal bool Attribute(DepositId id, OrgId org)
    {
        var name = store.NameOf(org);
        if (State.Deposits.GetValueOrDefault(id) is not { Row: { State: "quarantined" } row }
            || (row.Org is { } owner && owner != name))
        {
            return false;
        }

        Examine(row with { Org = name });
        return true;
    }

    /// <summary>A person's word that a transfer is the operator's own.</summary>
    internal bool Claim(DepositId id)
    {
        if (State.Deposits.GetValueOrDefault(id) is not { Row: { State: "quarantined", Org: null } row } line)
        {
            return false;
        }

        State.Deposits[id] = line with { Row = row with { State = "ours" } };
        Post("deposit_claimed", id.ToString(), DepositRule.Claimed(row));
        return true;
    }

    /// <summary>Judges a round of observations and keeps what it is worth.</summary>
    internal RateVerdict Sample(IReadOnlyList<RateSight> sights)
    {
        var verdict = RateRule.Judge(SimMarket.Sources, sights, Now, Remember());
        if (verdict is RateVerdict.Usable { Rate: var usable })
        {
            Add(usable, isHeld: false);
        }
        else if (verdict is RateVerdict.Held { Rate: var held })
        {
            Add(held, isHeld: true);
        }

        return verdict;
    }

    /// <summary>A person lets a sample pass that jumped.</summary>
    internal void Release(long id)
    {
        var at = State.Samples.FindIndex(line => line.Sample.Id == id);
        if (at >= 0)
        {
            State.Samples[at] = State.Samples[at] with { IsHeld = false };
            State.Released = long.Max(State.Released, State.Samples[at].Sample.At);
        }
    }

    /// <summary>The newest usable sample at or before a moment that still serves.</summary>
    internal RateSample? Find(long time)
    {
        for (var i = State.Samples.Count - 1; i >= 0; i--)
        {
            var line = State.Samples[i];
            if (!line.IsHeld && RateRule.Serves(line.Sample.At, time))
            {
                return line.Sample;
            }
        }

        return null;
    }

    private static FinalizedTransfer ToBooks(WatchedBlock block, WatchedTransfer transfer, OrgId? owner) => new(
        block.Genesis, block.Position.Hash, block.Position.Height, transfer.EventIndex, transfer.Address,
        owner ?? default, transfer.Amount, Rate: null, block.Time)
    {
        Sender = transfer.Sender,
        Anomaly = owner is null ? DepositAnomaly.Unattributed
            : transfer.Sender == SimAddresses.Listed ? DepositAnomaly.Sanctions
            : DepositAnomaly.None,
    };

    private DepositState Examine(DepositRow row)
    {
        State.Deposits[row.Id] = new(row with { State = Dust });
        var address = InState(Dust).Where(line => line.Row.Address == row.Address && line.Row.Org == row.Org)
            .Select(line => line.Row).OrderBy(one => one.Height).ThenBy(one => one.Id.EventIndex).ToList();
        if (!DepositRule.IsEnough(address.Sum(one => one.Rao)))
        {
            return DepositState.BelowMinimum;
        }

        var state = DepositState.Credited;
        foreach (var one in address)
        {
            var reached = CreditOrWait(one);
            state = one.Id == row.Id ? reached : state;
        }

        return state;
    }

    private DepositState CreditOrWait(DepositRow row)
    {
        if (DepositRule.Credit(row, given: null, Find(row.BlockTime)) is { } credit)
        {
            Credit(row, credit, isByPerson: false);
            return DepositState.Credited;
        }

        State.Deposits[row.Id] = new(row with { State = Waits });
        Counts = Counts with { Waited = Counts.Waited + 1 };
        return DepositState.AwaitingRate;
    }

    private void Credit(DepositRow row, DepositCredit credit, bool isByPerson)
    {
        var lot = OpenLot(credit.Lot);
        State.Deposits[row.Id] = new(row with { State = "credited" })
        {
            Rate = credit.Lot.Rate,
            Sample = credit.Sample,
            Lot = lot,
            IsByPerson = isByPerson,
        };
        Counts = Counts with { Credited = Counts.Credited + 1 };
        Post("deposit_credited", row.Id.ToString(), credit.Entries);
        world.Say($"{row.Org} is credited {credit.Lot.NanoUsd} for {row.Rao} rao of {row.Id}");
    }

    private RateMemory Remember()
    {
        var since = long.Max(Now - RateRule.ServesMs, State.Released);
        var usable = State.Samples.Where(line => !line.IsHeld).Select(line => line.Sample).ToList();
        var newest = usable.Count > 0 ? usable[^1] : default(RateSample?);
        return new(
            [.. usable.Where(sample => sample.At >= since).Select(sample => sample.Rate)],
            newest?.Rate,
            State.Samples.Exists(line => line.IsHeld && line.Sample.At > (newest?.At ?? 0)));
    }

    private void Add(FxRate rate, bool isHeld) =>
        State.Samples.Add(new(new(++State.Number, rate, Now), isHeld));
}
