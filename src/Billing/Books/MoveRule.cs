namespace Gateway.Billing;

/// <summary>The rule of moves between an account and a lease, on rows in memory: every store applies this
/// one.</summary>
internal static class MoveRule
{
    // An account with less than this many holds for each replica is nearly broke.
    private const int FewHolds = 4;

    // A replica takes at most this part of what is left, by the number of replicas.
    private const int Share = 2;

    /// <summary>Applies an order once, whatever was lost on the way.</summary>
    /// <param name="account">Locked for this operation.</param>
    /// <param name="lease">The incarnation's, a new one with zeros if there was none.</param>
    /// <param name="order">What is asked.</param>
    /// <param name="live">How many replicas are alive, one at least.</param>
    internal static MoveReply Apply(AccountRow account, LeaseRow lease, MoveOrder order, int live)
    {
        var isKnown = lease.OpSeq >= order.OpSeq;
#if MUTANTS
        isKnown &= !Mutant.Is(7);
#endif
        var outcome = lease.IsClosed ? MoveOutcome.Closed
            : isKnown ? MoveOutcome.Known
            : lease.OpSeq < order.OpSeq - 1 ? MoveOutcome.Behind
            : order switch
            {
                MoveOrder.Grant grant => Grant(account, lease, grant, live),
                MoveOrder.Return back => Return(account, lease, back),
                _ => throw new ArgumentException("An order grants or returns.", nameof(order)),
            };
        return new(outcome, lease.Granted, lease.Returned, lease.OpSeq, account.Room,
            account.Leased - lease.Outstanding, account.Spent, account.IsPressed, account.IsFrozen);
    }

    private static MoveOutcome Grant(AccountRow account, LeaseRow lease, MoveOrder.Grant order, int live)
    {
        // A refusal uses its number too: an older order with the same one may still be on its way, given up by a
        // replica that has put its money to use again.
        if (account.IsFrozen)
        {
            lease.OpSeq = order.OpSeq;
            return MoveOutcome.Frozen;
        }

        var isEnough = account.Room >= order.Need;
#if MUTANTS
        isEnough |= Mutant.Is(8);
#endif
        if (!isEnough)
        {
            // Others may have what is missing and not use it.
            account.IsPressed = true;
            lease.OpSeq = order.OpSeq;
            return MoveOutcome.Insufficient;
        }

        var amount = AmountFor(account.Room, order, live);
        if (amount > long.MaxValue - lease.Granted)
        {
            return MoveOutcome.Full;
        }

        account.TakeOut(amount);
        lease.Granted += amount;
        lease.OpSeq = order.OpSeq;
        account.IsPressed = IsNearlyBroke(account.Room, order.Quantum, live);
        return MoveOutcome.Moved;
    }

    // What is nearly gone is handed out exactly as needed, so that it is where the next request is.
    private static long AmountFor(long room, MoveOrder.Grant order, int live) =>
        IsNearlyBroke(room, order.Quantum, live)
            ? order.Need
            : long.Max(order.Need, long.Min(order.Want, room / (Share * live)));

    private static bool IsNearlyBroke(long room, long quantum, int live) =>
        room < (Int128)quantum * FewHolds * live;

    private static MoveOutcome Return(AccountRow account, LeaseRow lease, MoveOrder.Return order)
    {
        // It asks back what it has not spent; the books, behind it by what is not pushed yet, have that much and more.
        if (order.Amount - lease.Outstanding > lease.Missing)
        {
            throw new BrokenInvariantException($"{account.Account} gets back more than is out.");
        }

        var amount = long.Min(order.Amount, lease.Outstanding);
        var missing = order.Amount - amount;
        account.PutBack(amount);

        // What they could not give it again it has and gives back: as if it had been granted.
        lease.Granted += missing;
        lease.Returned += order.Amount;
        lease.Missing -= missing;
        lease.OpSeq = order.OpSeq;
        return MoveOutcome.Moved;
    }
}
