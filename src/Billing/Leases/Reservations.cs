using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Holds that memory alone cannot make: the books are asked, others are given a moment to give back what they
/// do not use, a closed incarnation is replaced.</summary>
internal sealed partial class Reservations(
    Replica replica, IBooks books, BillingOptions options, TimeProvider time, ILogger<Reservations> logger)
{
    // Who was told at once gives back at once: the first look is early, each next one twice as late.
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(20);

    /// <summary>Tells other replicas at once; null: they hear of it at their next beat.</summary>
    internal IRecallSignal? Signal { get; init; }

    internal async Task<Reserved> ReserveAsync(
        Payer payer, RequestId request, Quote quote, CancellationToken cancellationToken)
    {
        try
        {
            var current = replica.Current;
            var reserved = await TryReserveAsync(current, payer, request, quote, cancellationToken);
            if (reserved is null && current is { IsRetiring: true } or null)
            {
                var next = await replica.SucceedAsync(current, cancellationToken);
                reserved = await TryReserveAsync(next, payer, request, quote, cancellationToken);
            }

            return reserved ?? new Reserved.Unavailable();
        }
        catch (BillingUnavailableException error)
        {
            Log.Unavailable(logger, error, request);
            return new Reserved.Unavailable();
        }
        catch (BrokenInvariantException error)
        {
            await FreezeAsync(payer.Org, error);
            return new Reserved.Frozen();
        }
    }

    /// <summary>What <see cref="ReserveAsync"/> would answer now, as far as this replica knows: nothing is held, and
    /// nobody is asked to give back what he does not use.</summary>
    internal async Task<Foreseen> ForeseeAsync(Payer payer, NanoUsd amount, CancellationToken cancellationToken)
    {
        try
        {
            return replica.Current is { CanHold: true } incarnation
                ? await ForeseeAsync(incarnation, payer, amount, cancellationToken)
                : new([], new Reserved.Unavailable());
        }
        catch (BillingUnavailableException)
        {
            return new([], new Reserved.Unavailable());
        }
    }

    private async Task<Foreseen> ForeseeAsync(
        Incarnation incarnation, Payer payer, NanoUsd amount, CancellationToken cancellationToken)
    {
        var leases = LeaseSet.Peek(incarnation.Leases, payer, replica.Now);
        var standings = new List<BudgetStanding>(leases.Budgets.Length + 1);
        Reserved? refusal = null;
        for (var at = 0; at <= leases.Budgets.Length; at++)
        {
            var lease = at < leases.Budgets.Length ? leases.Budgets[at] : leases.Credit;
            var draw = await incarnation.Desk.ForeseeAsync(lease, amount.Value, cancellationToken);
            standings.Add(StandingOf(lease, draw));
            refusal ??= draw.Outcome switch
            {
                DrawOutcome.Taken => null,
                DrawOutcome.Insufficient => Refuse(leases, at, amount, draw),
                DrawOutcome.Frozen => new Reserved.Frozen(),
                DrawOutcome.Closed => new Reserved.Unavailable(),
            };
        }

        return new(standings, refusal);
    }

    private static BudgetStanding StandingOf(Lease lease, Draw draw)
    {
        var room = new NanoUsd(long.Max(draw.Room, 0) + lease.Free);
        var covers = draw.Outcome == DrawOutcome.Taken;
        return lease.Name.Budget is { Allowance: var allowance, Resets: var resets }
            ? new(allowance.Kind, allowance.Id, allowance.Cap, room, resets, covers)
            : new(null, lease.Name.Account, null, room, null, covers);
    }

    /// <summary>Extends a hold from the books; false when credit does not suffice or they do not answer.</summary>
    internal async Task<bool> GrowAsync(Hold hold, long covered, NanoUsd amount, CancellationToken cancellationToken)
    {
        if (covered <= hold.CoveredOutputTokens)
        {
            return true;
        }

        try
        {
            var (draw, _) = await DrawAsync(
                hold.Incarnation, hold.Leases, (amount - hold.Amount).Value, cancellationToken);
            if (draw.Outcome != DrawOutcome.Taken)
            {
                return false;
            }

            hold.Grow(amount, covered);
            return true;
        }
        catch (BillingUnavailableException error)
        {
            Log.Unavailable(logger, error, hold.Request);
            return false;
        }
        catch (BrokenInvariantException error)
        {
            await FreezeAsync(hold.Payer.Org, error);
            return false;
        }
    }

    /// <summary>Null when this incarnation holds nothing new.</summary>
    private async Task<Reserved?> TryReserveAsync(
        Incarnation? incarnation, Payer payer, RequestId request, Quote quote, CancellationToken cancellationToken)
    {
        if (incarnation is not { CanHold: true } || !incarnation.TryEnter())
        {
            return null;
        }

        var isHeld = false;
        try
        {
            var leases = LeaseSet.Of(incarnation.Leases, payer, replica.Now);
            var (draw, at) = await DrawAsync(incarnation, leases, quote.Hold.Value, cancellationToken);
            isHeld = draw.Outcome == DrawOutcome.Taken;
            return draw.Outcome switch
            {
                DrawOutcome.Taken => new Reserved.Held(new(request, payer, quote, incarnation, leases)),
                DrawOutcome.Frozen => new Reserved.Frozen(),
                DrawOutcome.Closed => null,
                DrawOutcome.Insufficient => Refuse(leases, at, quote.Hold, draw),
            };
        }
        finally
        {
            if (!isHeld)
            {
                incarnation.Leave();
            }
        }
    }

    // Before anybody is refused, other replicas have a moment to give back what they do not use.
    private async Task<(Draw Draw, int At)> DrawAsync(
        Incarnation incarnation, LeaseSet leases, long amount, CancellationToken cancellationToken)
    {
        var answer = await leases.DrawAsync(incarnation.Desk, amount, cancellationToken);
        if (!IsElsewhere(answer.Draw))
        {
            return answer;
        }

        if (Signal is null)
        {
            return await AgainAsync(options.RecallWait);
        }

        Signal.Ask(leases.Credit.Name.Org);
        var rest = options.RecallWait;
        for (var look = FirstLook; rest > TimeSpan.Zero && IsElsewhere(answer.Draw); look *= 2)
        {
            answer = await AgainAsync(look < rest ? look : rest);
            rest -= look;
        }

        return answer;

        async Task<(Draw Draw, int At)> AgainAsync(TimeSpan wait)
        {
            await Task.Delay(wait, time, cancellationToken);
            return await leases.DrawAsync(incarnation.Desk, amount, cancellationToken);
        }
    }

    private static bool IsElsewhere(Draw draw) => draw is { Outcome: DrawOutcome.Insufficient, Elsewhere: > 0 };

    private static Reserved Refuse(LeaseSet leases, int at, NanoUsd needed, Draw draw)
    {
        if (at == leases.Budgets.Length)
        {
            var credit = leases.Credit;
            return new Reserved.Insufficient(needed, new(draw.Room + credit.Free), new(credit.Held + draw.Elsewhere));
        }

        var (lease, budget) = (leases.Budgets[at], leases.Budgets[at].Name.Budget!);
        var cap = budget.Allowance.Cap;
        var used = long.Max(0, cap.Value - draw.Room - lease.Free);
        return new Reserved.BudgetExceeded(
            budget.Allowance.Kind, budget.Allowance.Id, cap, new(used), budget.Resets);
    }

    private async Task FreezeAsync(OrgId org, BrokenInvariantException cause)
    {
        Log.Frozen(logger, cause, org);
        try
        {
            await books.FreezeAsync(org.ToString());
            Signal?.Ask(org);
        }
        catch (BillingUnavailableException error)
        {
            Log.NotFrozen(logger, error, org);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2020, LogLevel.Warning, "The books did not answer for {Request}")]
        internal static partial void Unavailable(ILogger logger, Exception error, RequestId request);

        [LoggerMessage(2022, LogLevel.Critical, "The books of {Org} broke a rule: it is frozen")]
        internal static partial void Frozen(ILogger logger, Exception error, OrgId org);

        [LoggerMessage(2023, LogLevel.Critical, "{Org} must be frozen and the books do not answer")]
        internal static partial void NotFrozen(ILogger logger, Exception error, OrgId org);
    }
}
