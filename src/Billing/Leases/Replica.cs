using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>This process as the books know it. Its incarnation is replaced whenever the books take it for dead or go
/// back in time; the old one's holds are settled, its journal applied and its leases closed all the same. No threads
/// and no clock of its own: a shell calls the rounds.</summary>
internal sealed partial class Replica(
    IBooks books, IJournals journals, BillingOptions options, TimeProvider time, ILogger<Replica> logger)
    : IDisposable
{
    // A lease that nobody has taken from for that many rounds is given back.
    private const int IdleRounds = 100;

    // How often a clean end looks whether the last holds have been settled.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, Life> _retiring = [];
    private readonly Retention _retention = new(books, journals, options, time);
    private readonly Births _births = new(books, journals, options, time, logger);
    private Life? _current;
    private bool _hasStopped;
    private bool _haveBooksGoneBack;
    private TimeSpan _clockOffset;

    /// <summary>Makes an incarnation's id at a moment; the simulator's come from its seed.</summary>
    internal Func<DateTimeOffset, Guid> NewId { get; init; } = Guid.CreateVersion7;

    /// <summary>Tells other replicas at once; null: they hear of it at their next beat.</summary>
    internal IRecallSignal? Signal { get; init; }

    /// <summary>Under whose name money is held now; null before the start and after the end.</summary>
    internal Incarnation? Current => Volatile.Read(ref _current)?.Incarnation;

    /// <summary>The books' time, as far as the last beat told it.</summary>
    internal DateTimeOffset Now => time.GetUtcNow() + _clockOffset;

    /// <summary>How many replicas share the books, this one included.</summary>
    internal int Live { get; private set; } = 1;

    /// <summary>Whether a journal of this process has failed: it must end.</summary>
    internal bool HasFailed => Lives.Any(life => life.Incarnation.Journal.HasFailed);

    /// <summary>Incarnations of this process that are not closed, one that is just being made included.</summary>
    internal IEnumerable<string> Own => Lives.Select(life => life.Incarnation.Id).Append(_births.Newest);

    // While it is being replaced, the current one is among the retiring too.
    private IEnumerable<Life> Lives => Volatile.Read(ref _current) is { } current
        ? _retiring.Values.Where(life => life != current).Prepend(current)
        : _retiring.Values;

    /// <summary>Applies what earlier processes of this node left behind, then registers this one.</summary>
    /// <exception cref="JournalDamagedException">A journal lost records that had reached the disk.</exception>
    internal async Task StartAsync()
    {
        await new Recovery(books, journals, _births.Node, logger).RunAsync(static _ => false);
        await RegisterAsync();
    }

    /// <summary>After a refusal under <paramref name="closed"/>: the incarnation to go on with, made once however many
    /// callers ask.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer, or this process is ending.</exception>
    internal async Task<Incarnation> SucceedAsync(Incarnation? closed, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (Current is { } current && current != closed)
            {
                return current;
            }

            if (_hasStopped)
            {
                throw new BillingUnavailableException("This replica holds no more money: it is stopping.");
            }

            Log.Superseded(logger, closed?.Id);
            return await RegisterAsync();
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The short round, some twenty a second: applies the journal, fetches what runs low, gives back what is
    /// not used or is wanted elsewhere.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer; the next round goes on.</exception>
    internal async Task TickAsync()
    {
        foreach (var life in Lives)
        {
            life.Incarnation.Tick++;
            life.Look(time);

            // No further: under load there is always more, and beats, returns and readers wait behind a push.
            await PushAsync(life, life.Incarnation.Journal.WrittenSeq);
            if (!life.Incarnation.IsGivenUp)
            {
                await TendAsync(life.Incarnation);
            }
        }
    }

    /// <summary>The long round, one a second: says that this process lives and what it holds, and replaces an
    /// incarnation that the books no longer take.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer; the next round goes on.</exception>
    internal async Task BeatAsync()
    {
        foreach (var life in Lives)
        {
            await BeatAsync(life);
        }

        if (_haveBooksGoneBack)
        {
            // They may have lost what earlier processes of this node had, too.
            var recovery = new Recovery(books, journals, _births.Node, logger);
            await recovery.RunAsync(incarnation => Own.Contains(incarnation));
            _haveBooksGoneBack = false;
        }

        if (Volatile.Read(ref _current) is { Incarnation.IsRetiring: true } current)
        {
            await SucceedAsync(current.Incarnation, CancellationToken.None);
        }

        foreach (var life in _retiring.Values)
        {
            await TryCloseAsync(life);
        }
    }

    /// <summary>Marks others that are not heard of as orphans, takes back the money of those lost for good, and removes
    /// old journals.</summary>
    internal async Task SweepAsync()
    {
        var swept = await books.SweepAsync(options.UnseenLimit, options.LostLimit);
        foreach (var incarnation in swept.Orphaned)
        {
            Log.Orphaned(logger, incarnation);
        }

        foreach (var incarnation in swept.Closed)
        {
            Log.ForceClosed(logger, incarnation);
        }

        await _retention.RunAsync(Volatile.Read(ref _current), Own);
    }

    /// <summary>Applies everything that was durable when it was called, so that the books can be read.</summary>
    /// <exception cref="BillingUnavailableException">The books do not answer.</exception>
    internal async Task FlushAsync()
    {
        foreach (var life in Lives)
        {
            try
            {
                await PushAsync(life, life.Incarnation.Journal.WrittenSeq);
            }
            catch (ObjectDisposedException)
            {
                // It was closed meanwhile, which applies all of it.
            }
        }
    }

    /// <summary>What running requests of this process hold of an organisation's credit.</summary>
    internal NanoUsd HeldOf(OrgId org) => new(Lives
        .Where(life => !life.Incarnation.IsGivenUp)
        .Sum(life => life.Incarnation.Leases.Credit(org).Held));

    /// <summary>Gives back at once what this process does not use of an organisation's credit and budgets.</summary>
    internal async Task RecallAsync(OrgId org)
    {
        foreach (var life in Lives)
        {
            await life.Incarnation.ReturnAsync(org);
        }
    }

    /// <summary>Brings an organisation's unused credit back into the books: this process's at once, others' at their
    /// next beat, which is waited for.</summary>
    internal async Task RecallEverywhereAsync(OrgId org)
    {
        await FlushAsync();
        if (Live > 1)
        {
            await books.PressAsync(org.ToString());
            Signal?.Ask(org);
            await Task.Delay(options.BeatEvery + options.TickEvery, time, CancellationToken.None);
        }

        await RecallAsync(org);
    }

    /// <summary>The clean end: holds nothing more, waits a while for what is held to be settled, applies the journal
    /// and gives back the rest. What cannot be done is left to the next start; that is logged and never thrown, for an
    /// end has nobody to answer.</summary>
    internal async Task StopAsync()
    {
        await RetireCurrentAsync();
        var start = time.GetTimestamp();
        while (_retiring.Values.Any(life => life.Incarnation.Holds > 0)
            && time.GetElapsedTime(start) < options.StopWindow)
        {
            await Task.Delay(LookEvery, time, CancellationToken.None);
        }

        foreach (var life in _retiring.Values)
        {
            await CloseLastAsync(life);
        }
    }

    /// <summary>Closes the journals as they are: what is in them is applied by the next start.</summary>
    public void Dispose()
    {
        foreach (var life in Lives)
        {
            life.Dispose();
        }

        _births.Dispose();
        _gate.Dispose();
    }

    // Behind the gate, so that no successor appears afterwards.
    private async Task RetireCurrentAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _hasStopped = true;
            Replace(null);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task CloseLastAsync(Life life)
    {
        try
        {
            if (!await TryCloseAsync(life))
            {
                Log.LeftOpen(logger, life.Incarnation.Id, life.Incarnation.Holds);
            }
        }
        catch (Exception error) when (
            error is BillingUnavailableException or BrokenInvariantException or JournalFailedException)
        {
            Log.NotClosed(logger, error, life.Incarnation.Id);
        }
        finally
        {
            life.Dispose();
        }
    }

    private async Task BeatAsync(Life life)
    {
        var incarnation = life.Incarnation;

        // Known before the books are asked: a reader's push may pass the answer on its way.
        var applied = life.Pump.AppliedSeq;
        var reply = await books.BeatAsync(incarnation.Id, life.ChangedHolds());
        Live = reply.Live;
        _clockOffset = reply.Now - time.GetUtcNow();
        incarnation.Heed(reply.Row?.State, reply.Pressed, []);
        if (reply.Row is null || reply.Row.Seq < applied)
        {
            _haveBooksGoneBack = true;
            incarnation.RetireAfterRollback();
        }
    }

    private async Task PushAsync(Life life, long until)
    {
        if (await life.Pump.PushAsync(until) is not { } reply)
        {
            return;
        }

        life.Incarnation.Heed(reply.State, reply.Pressed, reply.Frozen);
        if (life.Pump.WentBack && !life.KnowsOfRollback)
        {
            life.KnowsOfRollback = true;
            _haveBooksGoneBack = true;
            life.Incarnation.RetireAfterRollback();
        }
    }

    private async Task TendAsync(Incarnation incarnation)
    {
        foreach (var lease in incarnation.Leases.All)
        {
            try
            {
                await TendAsync(incarnation, lease);
            }
            catch (BrokenInvariantException error)
            {
                // The others must not wait for a person.
                Log.Broken(logger, error, lease.Name.Account);
                lease.IsFrozen = true;
                await books.FreezeAsync(lease.Name.Org.ToString());
                Signal?.Ask(lease.Name.Org);
            }
        }
    }

    private async Task TendAsync(Incarnation incarnation, Lease lease)
    {
        if (lease.RestsUntil > incarnation.Tick)
        {
            return;
        }

        var isUnused = incarnation.Tick - lease.LastUsed > IdleRounds;
        var isUnwanted = lease.IsPressed || options.IsDirect || isUnused || incarnation.IsRetiring;
        if (lease.IsReturning || (lease.Free > 0 && isUnwanted))
        {
            await incarnation.Desk.ReturnAsync(lease);
        }
        else if (lease.WantsRenewal && !isUnused && !incarnation.IsRetiring)
        {
            await incarnation.Desk.RenewAsync(lease);
        }
    }

    /// <summary>False when something is still held under it, or not all of its journal could be applied.</summary>
    private async Task<bool> TryCloseAsync(Life life)
    {
        var incarnation = life.Incarnation;
        if (!incarnation.TryClose())
        {
            return false;
        }

        if (!life.HasEnded)
        {
            await incarnation.Journal.AppendAsync(new JournalEntry.Shutdown());
            life.HasEnded = true;
        }

        await life.Pump.PushAsync();
        if (life.Pump.AppliedSeq < incarnation.Journal.WrittenSeq)
        {
            return false;
        }

        if (!await books.DrainAsync(incarnation.Id, life.Pump.AppliedSeq))
        {
            // They have lost a push, and nothing new will come to tell the pump: it goes on from what they have.
            await life.Pump.ResumeAsync((await books.FindAsync(incarnation.Id))?.Seq ?? 0);
            return false;
        }

        Log.Closed(logger, incarnation.Id);
        _retiring.TryRemove(incarnation.Id, out _);
        life.Dispose();
        journals.Trim(incarnation.Id);
        return true;
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "A life is disposed when it closes.")]
    private async Task<Incarnation> RegisterAsync()
    {
        var life = await _births.BeginAsync(NewId);
        Replace(life);
        return life.Incarnation;
    }

    // In this order, or a recovery that asks in between whose it is drains it with holds in it. Behind the gate.
    private void Replace(Life? next)
    {
        if (_current is { } before)
        {
            _retiring.TryAdd(before.Incarnation.Id, before);
        }

        Volatile.Write(ref _current, next);
    }
}
