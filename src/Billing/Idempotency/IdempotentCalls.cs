using System.Collections.Concurrent;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Keeps the promise of <c>Idempotency-Key</c>: a request that comes again under its key within 24 hours is
/// charged once. All members may be called by many threads.</summary>
public sealed partial class IdempotentCalls
{
    private const int HashLength = 32;
    private const int Attempts = 3;
    private const int SweepBatch = 1_000;

    // What is owed beyond this is left to the expiry of its rows.
    private const int DebtLimit = 65_536;

    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(24);

    private readonly ILedgerStore _store;
    private readonly Func<string?> _owner;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<RequestId, string> _running = [];
    private readonly ConcurrentDictionary<RequestId, Debt> _debts = [];

    internal IdempotentCalls(ILedgerStore store, Func<string?> owner, ILogger logger) =>
        (_store, _owner, _logger) = (store, owner, logger);

    /// <summary>Claims the key for the request, or tells what became of the one that had it. After <see
    /// cref="Begun.First"/>, which is durable, the caller ends the call by exactly one of <see cref="CompleteAsync"/>,
    /// <see cref="ForgetAsync"/> and <see cref="Leave"/>.</summary>
    /// <param name="call">The request.</param>
    /// <param name="cancellationToken">Heard until the books are asked.</param>
    /// <exception cref="ArgumentException">A hash has not 32 bytes.</exception>
    public async Task<Begun> BeginAsync(IdempotentCall call, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(call.Hash.Length, HashLength);
        ArgumentOutOfRangeException.ThrowIfNotEqual(call.Body.Length, HashLength);
        if (_owner() is not { } owner)
        {
            return new Begun.Unavailable();
        }

        // Before the row exists: whoever resolves our rows must know at once which of them still run.
        _running[call.Request] = owner;
        var begun = default(Begun);
        try
        {
            begun = await _store.WriteAsync(session => BeginAsync(session, call, owner), cancellationToken);
        }
        catch (BillingUnavailableException error)
        {
            // It may have been written and the answer lost, and nobody will run it.
            Owe(new(call, IsCharged: false), error);
            begun = new Begun.Unavailable();
        }
        finally
        {
            if (begun is not Begun.First)
            {
                Leave(call);
            }
        }

        return begun;
    }

    /// <summary>Ties the key to the incarnation that the request is charged under, which may have changed since it
    /// began: while a hold is in it, nobody takes it for closed. Called with the hold, before anything is
    /// dispatched.</summary>
    /// <param name="call">What was begun.</param>
    /// <param name="hold">What it is paid from.</param>
    /// <returns>False when the key has become another's: then nothing may be dispatched.</returns>
    /// <exception cref="BillingUnavailableException">The books do not answer: nothing may be dispatched.</exception>
    public async Task<bool> TryBindAsync(IdempotentCall call, Hold hold)
    {
        var owner = hold.Incarnation.Id;
        if (_running.TryGetValue(call.Request, out var known) && known == owner)
        {
            return true;
        }

        var isOurs = await _store.WriteAsync(
            session => IdempotencySql.BindAsync(session, call, owner), CancellationToken.None);
        if (isOurs)
        {
            _running[call.Request] = owner;
        }

        return isOurs;
    }

    /// <summary>The request was charged: from now on its key gives the answer again, or tells that there is none. When
    /// the books do not answer this returns all the same and is made up for later; until then the key is in
    /// progress.</summary>
    /// <param name="call">What was begun.</param>
    /// <param name="answer">Null when it cannot be given again: a stream, or too long.</param>
    public Task CompleteAsync(IdempotentCall call, KeptAnswer? answer) => EndAsync(
        new(call, IsCharged: true), session => IdempotencySql.FinishAsync(session, call, answer));

    /// <summary>The request was free: its key is as if it had never come. When the books do not answer this returns all
    /// the same and is made up for later.</summary>
    public Task ForgetAsync(IdempotentCall call) => EndAsync(
        new(call, IsCharged: false), session => IdempotencySql.DeleteOwnAsync(session, call));

    /// <summary>Nobody knows whether the request was charged: its key stays in progress until this replica's journal
    /// has been drained, when the books know.</summary>
    public void Leave(IdempotentCall call) => _running.TryRemove(call.Request, out _);

    /// <summary>Settles the fate of what a drained or force-closed incarnation left under way, in the transaction that
    /// closes it: a request the books have a charge for is done, another never counted. What still runs in this process
    /// goes over to its present incarnation.</summary>
    internal async Task ResolveOrphansAsync(SqlSession session, string incarnation)
    {
        foreach (var request in await IdempotencySql.InFlightAsync(session, incarnation))
        {
            await ResolveOrphanAsync(session, incarnation, request);
        }
    }

    /// <summary>Makes up for what the books did not hear; false while they do not answer.</summary>
    internal async Task<bool> PayDebtsAsync(CancellationToken cancellationToken)
    {
        foreach (var debt in _debts.Values)
        {
            try
            {
                await _store.WriteAsync(session => PayAsync(session, debt), cancellationToken);
            }
            catch (BillingUnavailableException)
            {
                return false;
            }

            _debts.TryRemove(debt.Call.Request, out _);
        }

        return true;
    }

    /// <summary>Resolves what closed incarnations left and deletes what has expired, a batch a transaction; returns how
    /// many rows it deleted.</summary>
    internal async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        await _store.WriteAsync(ResolveClosedAsync, cancellationToken);
        var deleted = 0;
        int batch;
        do
        {
            batch = await _store.WriteAsync(
                async session => await IdempotencySql.DeleteExpiredAsync(
                    session, await session.NowAsync(), SweepBatch),
                cancellationToken);
            deleted += batch;
        }
        while (batch == SweepBatch);

        return deleted;
    }

    private static Task<int> PayAsync(SqlSession session, Debt debt) => debt.IsCharged
        ? IdempotencySql.FinishAsync(session, debt.Call, null)
        : IdempotencySql.DeleteOwnAsync(session, debt.Call);

    private async Task<Begun> BeginAsync(SqlSession session, IdempotentCall call, string owner)
    {
        var now = await session.NowAsync();
        var expires = now + (Lifetime.Ticks / TimeSpan.TicksPerMillisecond);
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await IdempotencySql.TryInsertAsync(session, call, owner, expires))
            {
                return new Begun.First();
            }

            // No row: it was deleted since, and the next insert finds the key free.
            if (await IdempotencySql.LockAsync(session, call) is { } row
                && await JudgeAsync(session, row, call, now) is { } begun)
            {
                return begun;
            }
        }

        return new Begun.InProgress();
    }

    /// <summary>Null when the row no longer counts, and is deleted.</summary>
    private async Task<Begun?> JudgeAsync(SqlSession session, IdempotencyRow row, IdempotentCall call, long now)
    {
        if (row.Expires <= now)
        {
            await IdempotencySql.RemoveAsync(session, call);
            return null;
        }

        var isOrphan = !row.IsDone && !_running.ContainsKey(row.Request)
            && await IdempotencySql.IsClosedAsync(session, row.Incarnation);
        if (isOrphan && !await IdempotencySql.IsChargedAsync(session, row.Request))
        {
            await IdempotencySql.RemoveAsync(session, call);
            return null;
        }

        return (SameBody: call.Body.Span.SequenceEqual(row.Body), IsOver: row.IsDone || isOrphan) switch
        {
            (false, _) => new Begun.Reused(),
            (true, false) => new Begun.InProgress(),
            (true, true) when row.Answer is { } answer => new Begun.Replay(row.Request, answer),
            (true, true) => new Begun.NotReplayable(row.Request),
        };
    }

    private async Task<int> ResolveClosedAsync(SqlSession session)
    {
        var closed = await IdempotencySql.ClosedOwnersAsync(session);
        foreach (var incarnation in closed)
        {
            await ResolveOrphansAsync(session, incarnation);
        }

        return closed.Count;
    }

    private async Task ResolveOrphanAsync(SqlSession session, string incarnation, RequestId request)
    {
        if (await IdempotencySql.IsChargedAsync(session, request))
        {
            await IdempotencySql.FinishOrphanAsync(session, incarnation, request);
        }
        else if (_running.ContainsKey(request) && _owner() is { } owner)
        {
            await IdempotencySql.HandOverOrphanAsync(session, incarnation, request, owner);
        }
        else
        {
            // Also what runs on in a process without an incarnation: it can hold no money any more.
            await IdempotencySql.DeleteOrphanAsync(session, incarnation, request);
        }
    }

    private async Task EndAsync(Debt debt, Func<SqlSession, Task<int>> end)
    {
        try
        {
            await _store.WriteAsync(end, CancellationToken.None);
        }
        catch (BillingUnavailableException error)
        {
            Owe(debt, error);
        }
        finally
        {
            Leave(debt.Call);
        }
    }

    private void Owe(Debt debt, BillingUnavailableException cause)
    {
        if (_debts.Count < DebtLimit)
        {
            _debts.TryAdd(debt.Call.Request, debt);
        }

        Log.NotWritten(_logger, cause, debt.Call.Request);
    }

    /// <summary>An end that the books have not heard of.</summary>
    private sealed record Debt(IdempotentCall Call, bool IsCharged);

    private static partial class Log
    {
        [LoggerMessage(2070, LogLevel.Warning,
            "What became of the idempotency key of {Request} could not be written: it is tried again")]
        internal static partial void NotWritten(ILogger logger, Exception cause, RequestId request);
    }
}
