using System.Threading.Channels;

namespace Gateway.Router.Gating;

/// <summary>The one owner of a book: outcomes queue up, one loop applies them and swaps in a new snapshot. Readers take
/// <see cref="Current"/> from any thread and never wait.</summary>
internal sealed class GateOwner : IAsyncDisposable
{
    /// <summary>Outcomes that may wait; beyond it the newest are dropped, since learning must never hold up requests.
    /// </summary>
    internal const int QueueLength = 65_536;

    private const int BatchLength = 1024;

    private readonly Channel<GateOutcome> _queue = Channel.CreateBounded<GateOutcome>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private readonly GateBook _book;
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly Task _loop;
    private GateSnapshot _current;

    /// <param name="book">From now on only this owner touches it.</param>
    /// <param name="time">Seconds are counted from this moment on.</param>
    internal GateOwner(GateBook book, TimeProvider time)
    {
        _book = book;
        _time = time;
        _start = time.GetTimestamp();
        _current = book.Publish(Now);
        _loop = Task.Run(RunAsync);
    }

    /// <summary>The newest snapshot.</summary>
    internal GateSnapshot Current => Volatile.Read(ref _current);

    private double Now => _time.GetElapsedTime(_start).TotalSeconds;

    /// <summary>Queues an outcome.</summary>
    /// <returns>False when the owner is disposed.</returns>
    internal bool TryLearn(GateOutcome outcome) => _queue.Writer.TryWrite(outcome);

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
            for (var i = 0; i < BatchLength && _queue.Reader.TryRead(out var outcome); i++)
            {
                _book.Apply(outcome, Now);
            }

            Volatile.Write(ref _current, _book.Publish(Now));
        }
    }
}
