using System.Threading.Channels;
using Gateway.Router.Load;

namespace Gateway.Router.Gating;

/// <summary>What one attempt teaches: a time, whether an answer came, a judgement of it, or several of them.</summary>
/// <param name="Load">Whose time it was; null without one.</param>
/// <param name="Timing">The time.</param>
/// <param name="Outcome">The judgement; null for an answer that nobody judged.</param>
internal readonly record struct Lesson(UpstreamLoad? Load, Timing Timing, GateOutcome? Outcome)
{
    /// <summary>The result that the judgement takes the place of; null: it is the first of its answer.</summary>
    internal double? Replaced { get; init; }

    /// <summary>Whether an answer came; null where that is known already.</summary>
    internal GateReach? Reach { get; init; }
}

/// <summary>The one owner of a book: lessons queue up, one loop applies them and swaps in a new snapshot. Readers take
/// <see cref="Current"/> from any thread and never wait.</summary>
internal sealed class GateOwner : IAsyncDisposable
{
    /// <summary>Lessons that may wait; beyond it the newest are dropped and counted, since learning must never hold up
    /// requests.</summary>
    internal const int QueueLength = 65_536;

    private const int BatchLength = 1024;

    // Under load one wake of the loop serves the lessons of many requests; nobody waits for a lesson.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Lesson> _queue = Channel.CreateBounded<Lesson>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Lock _gate = new();
    private readonly GateBook _book;
    private readonly ClusterTrial _trial;
    private readonly TimeProvider _time;
    private readonly Task _loop;
    private GateSnapshot _current;
    private long _dropped;

    /// <param name="book">From now on only this owner touches it.</param>
    /// <param name="time">The clock that dates outcomes.</param>
    internal GateOwner(GateBook book, TimeProvider time)
    {
        _book = book;
        _trial = new(book);
        _time = time;
        _current = book.Publish(Now);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The newest snapshot.</summary>
    internal GateSnapshot Current => Volatile.Read(ref _current);

    /// <summary>Lessons lost because the queue was full.</summary>
    internal long Dropped => Interlocked.Read(ref _dropped);

    /// <summary>This run of this replica; names its share of the sums.</summary>
    internal Guid Incarnation => _book.Incarnation;

    /// <summary>Of the book's sums, in seconds.</summary>
    internal double HalfLife => _book.HalfLife;

    /// <summary>The clock that dates outcomes.</summary>
    internal TimeProvider Time => _time;

    /// <summary>Seconds since 1970, by which outcomes are dated: the same on every replica.</summary>
    internal double Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    /// <summary>Queues an outcome.</summary>
    /// <returns>False when it was dropped: the queue is full, or the owner disposed.</returns>
    internal bool TryLearn(GateOutcome outcome) => TryLearn(new Lesson(null, default, outcome));

    /// <summary>Queues a lesson, likewise.</summary>
    internal bool TryLearn(in Lesson lesson)
    {
        var taken = _queue.Writer.TryWrite(lesson);
        if (!taken)
        {
            Interlocked.Increment(ref _dropped);
        }

        return taken;
    }

    /// <summary>Does something to the book between two batches and swaps in a new snapshot; short, since the loop
    /// waits.</summary>
    internal T Enter<T>(Func<GateBook, GateSnapshot, T> act, Action<GateBook>? change = null)
    {
        lock (_gate)
        {
            change?.Invoke(_book);
            var snapshot = _book.Publish(Now);
            Volatile.Write(ref _current, snapshot);
            return act(_book, snapshot);
        }
    }

    /// <summary>Applies what has been queued, then ends.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        while (await _queue.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            lock (_gate)
            {
                if (ApplyBatch() > 0)
                {
                    Volatile.Write(ref _current, _book.Publish(Now));
                }
            }

            if (_queue.Reader.Count < BatchLength)
            {
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    // How many changed what decisions are made from: times do not, and that somebody answered as usual can wait for the
    // next snapshot.
    private int ApplyBatch()
    {
        var changes = 0;
        for (var i = 0; i < BatchLength && _queue.Reader.TryRead(out var lesson); i++)
        {
            lesson.Load?.Learn(lesson.Timing);
            changes += lesson.Reach is { } reach && Apply(reach) ? 1 : 0;
            if (lesson.Outcome is { } outcome)
            {
                Apply(outcome, lesson.Replaced);
                changes++;
            }
        }

        return changes;
    }

    private bool Apply(in GateReach reach)
    {
        _book.Learn(reach, Now);
        return !reach.HasAnswered;
    }

    private void Apply(in GateOutcome outcome, double? replaced)
    {
        if (replaced is { } former)
        {
            _book.Correct(outcome, former, Now);
        }
        else
        {
            Observe(outcome);
            _book.Apply(outcome, Now);
        }
    }

    // Before it is learned: what is expected must not know it yet.
    private void Observe(in GateOutcome outcome)
    {
        if (outcome is { IsSane: true, Propensity: > 0 } && !_book.TrustsClusters
            && _book.IsBelieved(outcome.Miner, Now))
        {
            var model = _book.Miners[outcome.Miner].Model;
            _trial.Observe(_current, outcome.Mix, model, outcome.Propensity, outcome.Result);
        }
    }
}
