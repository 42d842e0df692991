namespace Gateway.Billing;

/// <summary>How a request for money ended.</summary>
internal enum DrawOutcome
{
    /// <summary>Held.</summary>
    Taken,

    /// <summary>There is not enough, here or anywhere.</summary>
    Insufficient,

    /// <summary>The organisation is frozen.</summary>
    Frozen,

    /// <summary>This incarnation can hold no more money: a new one must.</summary>
    Closed,
}

/// <summary>The answer, with what it was decided on.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Room">What the books have left.</param>
/// <param name="Elsewhere">What other replicas have.</param>
/// <param name="Spent">What the account has spent.</param>
internal readonly record struct Draw(DrawOutcome Outcome, long Room = 0, long Elsewhere = 0, long Spent = 0)
{
    internal static Draw Taken => new(DrawOutcome.Taken);
}

/// <summary>Moves money between the books and the leases of one incarnation, and tells its journal.</summary>
internal sealed class LeaseDesk(IBooks books, Incarnation incarnation, bool isDirect)
{
    // A grant's surplus may be taken by others before the one who asked; then he asks for exactly what he needs.
    private const int Rounds = 3;

    // A second of rounds: until a journal has brought books forward that know less of a lease than it does.
    private const int Rest = 20;

    /// <summary>Takes a hold from a lease, fetching what is missing.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer.</exception>
    internal async Task<Draw> DrawAsync(Lease lease, long amount, CancellationToken cancellationToken)
    {
        var outages = lease.Outages;
        await lease.Gate.WaitAsync(cancellationToken);
        try
        {
            lease.Pace.Took(amount);
            for (var round = 0; round < Rounds; round++)
            {
                if (await TryDrawAsync(lease, amount, outages) is { } draw)
                {
                    return draw;
                }
            }

            throw new BillingUnavailableException($"The lease of {lease.Name.Account} cannot be filled.");
        }
        finally
        {
            lease.Gate.Release();
        }
    }

    /// <summary>What <see cref="DrawAsync"/> would answer now, with what the books have left. Nothing is
    /// taken.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer.</exception>
    internal async Task<Draw> ForeseeAsync(Lease lease, long amount, CancellationToken cancellationToken)
    {
        await lease.Gate.WaitAsync(cancellationToken);
        try
        {
            var part = lease.IsFrozen ? 0 : long.Clamp(lease.Free, 0, amount);
            var rest = amount - part;
            var reply = await books.ForeseeAsync(Grant(lease, rest, rest));
            var draw = DrawOf(reply) ?? Draw.Taken with { Room = reply.Room, Elsewhere = reply.Elsewhere };
            return rest == 0 && !lease.IsFrozen ? draw with { Outcome = DrawOutcome.Taken } : draw;
        }
        finally
        {
            lease.Gate.Release();
        }
    }

    /// <summary>Fetches what the next minute may take; nothing when it is not to be had.</summary>
    internal async Task RenewAsync(Lease lease)
    {
        await lease.Gate.WaitAsync();
        try
        {
            if (lease.WantsRenewal && !isDirect)
            {
                var want = lease.Pace.Want;
                Absorb(lease, await MoveAsync(lease, Grant(lease, long.Min(want, lease.Pace.Quantum), want)), 0);
            }
        }
        finally
        {
            lease.Gate.Release();
        }
    }

    /// <summary>Gives back what nobody holds.</summary>
    internal async Task ReturnAsync(Lease lease)
    {
        await lease.Gate.WaitAsync();
        try
        {
            if (lease.BeginReturn() is var amount and > 0)
            {
                var order = new MoveOrder.Return(incarnation.Id, lease.Name, lease.OpSeq + 1, amount);
                Absorb(lease, await MoveAsync(lease, order), 0);
            }
        }
        finally
        {
            lease.Gate.Release();
        }
    }

    // Null: what was granted went elsewhere, or an earlier answer was made good: look again.
    private async Task<Draw?> TryDrawAsync(Lease lease, long amount, int outages)
    {
        var part = lease.TakeUpTo(amount);
        if (part == amount && amount > 0)
        {
            return Draw.Taken;
        }

        MoveReply reply;
        try
        {
            if (lease.Outages != outages)
            {
                // One of those before it in the queue has waited for the books in vain: so has this one.
                throw new BillingUnavailableException("The books did not answer a request just before.");
            }

            var want = isDirect ? amount - part : long.Max(amount - part, lease.Pace.Want);
            reply = await MoveAsync(lease, Grant(lease, amount - part, want));
        }
        catch
        {
            lease.Release(part, 0);
            throw;
        }

        if (Absorb(lease, reply, amount - part) || (amount == 0 && reply.Outcome == MoveOutcome.Moved))
        {
            return Draw.Taken;
        }

        lease.Release(part, 0);
        return DrawOf(reply);
    }

    private static Draw? DrawOf(MoveReply reply) => reply.Outcome switch
    {
        MoveOutcome.Moved or MoveOutcome.Known => null,
        MoveOutcome.Insufficient =>
            new(DrawOutcome.Insufficient, long.Max(reply.Room, 0), reply.Elsewhere, reply.Spent),
        MoveOutcome.Frozen => new(DrawOutcome.Frozen),
        MoveOutcome.Closed or MoveOutcome.Behind or MoveOutcome.Full => new(DrawOutcome.Closed),
    };

    // Books that went back may have moved less into the lease than it knows of, and be at the same number again: to
    // take that over as if it had been given back would be told to the journal, and believed.
    private async Task<MoveReply> MoveAsync(Lease lease, MoveOrder order)
    {
        MoveReply reply;
        try
        {
            reply = await books.MoveAsync(order);
        }
        catch (BillingUnavailableException)
        {
            lease.Outages++;
            throw;
        }

#if MUTANTS
        if (Mutant.Is(18))
        {
            return reply;
        }
#endif
        return reply.Granted < lease.Granted || reply.Returned < lease.Returned
            ? reply with { Outcome = reply.Outcome == MoveOutcome.Closed ? MoveOutcome.Closed : MoveOutcome.Behind }
            : reply;
    }

    private MoveOrder.Grant Grant(Lease lease, long need, long want) =>
        new(incarnation.Id, lease.Name, lease.OpSeq + 1, need, want, lease.Pace.Quantum);

    private bool Absorb(Lease lease, MoveReply reply, long claim)
    {
        if (reply.Outcome is MoveOutcome.Closed or MoveOutcome.Behind or MoveOutcome.Full)
        {
            incarnation.Retire();
            lease.RestsUntil = incarnation.Tick + Rest;
            return false;
        }

        // The record comes first: a charge to the grant that stood before it could not be covered when it is replayed.
        var moved = lease.MovedBy(reply);
        if (moved != 0)
        {
            incarnation.Note(new JournalEntry.LeaseMoved(
                lease.Name.Account, lease.Name.Org.ToString(), reply.OpSeq, moved));
        }

        return lease.Absorb(reply, claim);
    }
}
