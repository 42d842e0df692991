using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>This process as the books know it: one incarnation from its start until it is closed, by itself or, when it
/// has not been seen for too long, by another. A closed one comes back under a new name before it holds money again.
/// Beats and sweeps are one loop's; the rest is for everybody, also while a round is under way.</summary>
[SuppressMessage("Design", "CA1001", Justification = "The gate makes no wait handle: nothing to dispose.")]
internal sealed partial class Replica(
    ILedgerStore store, BillingOptions options, TimeProvider time, ILogger<Replica> logger)
{
    private const string Drained = "drained";
    private const string ForceClosed = "force_closed";
    private const string NodeFile = "node-id";

    // How often a clean end looks whether the last holds have been settled.
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly ConcurrentDictionary<string, Incarnation> _retiring = [];
    private string? _node;
    private Incarnation? _current;
    private bool _hasStopped;

    /// <summary>Under whose name money is held now; null before the start and after the end.</summary>
    internal Incarnation? Current => Volatile.Read(ref _current);

    /// <summary>Closes what earlier processes of this node left behind, then registers this one.</summary>
    internal async Task StartAsync(CancellationToken cancellationToken)
    {
        var node = await NodeAsync(cancellationToken);
        var left = await store.ReadAsync(
            session => ReplicaSql.PredecessorsAsync(session, node, store.IsExclusive), cancellationToken);
        foreach (var incarnation in left)
        {
            await CloseAsync(incarnation, Drained, long.MaxValue, cancellationToken);
        }

        await RegisterAsync(node, cancellationToken);
    }

    /// <summary>After a refusal under <paramref name="closed"/>: the incarnation to go on with, registered once however
    /// many callers ask.</summary>
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
            return await RegisterAsync(await NodeAsync(cancellationToken), cancellationToken);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Says that this process lives; comes back when it finds itself closed; replaces a suspect incarnation
    /// and closes replaced ones that hold nothing any more.</summary>
    internal async Task BeatAsync(CancellationToken cancellationToken)
    {
        if (Current is not { } current)
        {
            return;
        }

        if (!await store.WriteAsync(session => ReplicaSql.BeatAsync(session, current.Id), cancellationToken))
        {
            await SucceedAsync(current, cancellationToken);
        }
        else if (current.IsSuspect)
        {
            await SucceedAsync(current, cancellationToken);
            _retiring.TryAdd(current.Id, current);
        }

        await BeatRetiringAsync(cancellationToken);
    }

    /// <summary>Closes every other replica unseen for that long; returns how many.</summary>
    internal async Task<int> SweepAsync(TimeSpan unseenFor, CancellationToken cancellationToken)
    {
        string[] own = [Current?.Id ?? "", .. _retiring.Keys];
        var (unseen, before) = await store.ReadAsync(
            async session =>
            {
                var limit = await session.NowAsync() - (unseenFor.Ticks / TimeSpan.TicksPerMillisecond);
                return (await ReplicaSql.UnseenAsync(session, limit), limit);
            },
            cancellationToken);
        var closed = 0;
        foreach (var incarnation in unseen.Except(own))
        {
            closed += await CloseAsync(incarnation, ForceClosed, before, cancellationToken) ? 1 : 0;
        }

        return closed;
    }

    /// <summary>The clean end: holds nothing more, waits a while for what is held to be settled, and gives back the
    /// rest. A lease that is not free by then, or whose books do not answer, is left to the next start; that is logged
    /// and never thrown, for an end has nobody to answer.</summary>
    internal async Task StopAsync()
    {
        await RetireCurrentAsync();
        var start = time.GetTimestamp();
        while (_retiring.Values.Any(left => left.Holds > 0) && time.GetElapsedTime(start) < options.StopWindow)
        {
            await Task.Delay(LookEvery, time, CancellationToken.None);
        }

        foreach (var incarnation in _retiring.Values)
        {
            await CloseLastAsync(incarnation);
        }
    }

    // Behind the gate, so that no successor appears afterwards.
    private async Task RetireCurrentAsync()
    {
        await _gate.WaitAsync(CancellationToken.None);
        try
        {
            _hasStopped = true;
            if (Interlocked.Exchange(ref _current, null) is { } current)
            {
                _retiring.TryAdd(current.Id, current);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task CloseLastAsync(Incarnation incarnation)
    {
        try
        {
            if (!await TryCloseRetiringAsync(incarnation, CancellationToken.None))
            {
                Log.LeftOpen(logger, incarnation.Id, incarnation.Holds);
            }
        }
        catch (Exception error) when (error is BillingUnavailableException or BrokenInvariantException)
        {
            Log.NotClosed(logger, error, incarnation.Id);
        }
    }

    // A replaced incarnation must be seen as long as its holds have to be settled.
    private async Task BeatRetiringAsync(CancellationToken cancellationToken)
    {
        foreach (var incarnation in _retiring.Values)
        {
            if (!await TryCloseRetiringAsync(incarnation, cancellationToken))
            {
                await store.WriteAsync(session => ReplicaSql.BeatAsync(session, incarnation.Id), cancellationToken);
            }
        }
    }

    /// <summary>False when something is still held under it.</summary>
    private async Task<bool> TryCloseRetiringAsync(Incarnation incarnation, CancellationToken cancellationToken)
    {
        if (!incarnation.TryRetire())
        {
            return false;
        }

        await CloseAsync(incarnation.Id, Drained, long.MaxValue, cancellationToken);
        _retiring.TryRemove(incarnation.Id, out _);
        return true;
    }

    private async Task<bool> CloseAsync(
        string incarnation, string state, long before, CancellationToken cancellationToken)
    {
        var closed = await store.WriteAsync(
            session => ReplicaSql.CloseAsync(session, incarnation, state, before), cancellationToken);
        if (closed)
        {
            Log.Closed(logger, incarnation, state);
        }

        return closed;
    }

    private async Task<Incarnation> RegisterAsync(string node, CancellationToken cancellationToken)
    {
        var incarnation = new Incarnation(Guid.CreateVersion7(time.GetUtcNow()).ToString("N"));
        await store.WriteAsync(session => ReplicaSql.RegisterAsync(session, incarnation.Id, node), cancellationToken);
        Volatile.Write(ref _current, incarnation);
        return incarnation;
    }

    // Read once: a full disk later must not keep this process from coming back.
    private async Task<string> NodeAsync(CancellationToken cancellationToken) =>
        _node ??= await ReadNodeAsync(cancellationToken);

    private async Task<string> ReadNodeAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(options.DataDirectory);
        var file = Path.Combine(options.DataDirectory, NodeFile);
        if (File.Exists(file) && (await File.ReadAllTextAsync(file, cancellationToken)).Trim() is { Length: > 0 } known)
        {
            return known;
        }

        var node = Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        await File.WriteAllTextAsync(file, node + "\n", cancellationToken);
        return node;
    }

    private static partial class Log
    {
        [LoggerMessage(2010, LogLevel.Warning,
            "Replica {Incarnation} was closed or lost an answer, and registers anew")]
        internal static partial void Superseded(ILogger logger, string? incarnation);

        [LoggerMessage(2011, LogLevel.Information, "Replica {Incarnation} is {State}: what its leases held went back")]
        internal static partial void Closed(ILogger logger, string incarnation, string state);

        [LoggerMessage(2012, LogLevel.Warning,
            "Replica {Incarnation} ends with {Holds} holds: they go back at the next start of this node")]
        internal static partial void LeftOpen(ILogger logger, string incarnation, int holds);

        [LoggerMessage(2013, LogLevel.Error,
            "Replica {Incarnation} could not be closed: what it holds goes back at the next start of this node")]
        internal static partial void NotClosed(ILogger logger, Exception error, string incarnation);
    }
}
