using Gateway.Core;
using Gateway.Router.Forwarding;

namespace Gateway.Router;

/// <summary>An answer delivered but for its end, which waits until the request is settled: <see cref="Delivery"/> says
/// what to settle, <see cref="Seal"/> takes the price, <see cref="FinishAsync"/> or <see cref="FailAsync"/> ends the
/// response. Used by one thread at a time.</summary>
public sealed class Answer : IAsyncDisposable
{
    private readonly ChatCall _call;
    private readonly AnswerEnd _end;
    private byte[]? _commitment;
    private bool _ended;

    internal Answer(ChatCall call, Delivery delivery, AnswerEnd end)
    {
        _call = call;
        _end = end;
        Delivery = delivery;
    }

    /// <summary>What was delivered and by whom.</summary>
    public Delivery Delivery { get; }

    /// <summary>What it took so far: whole once it has been ended.</summary>
    public AnswerTiming Timing
    {
        get
        {
            var (clock, pieces) = (_call.Clock, _call.Client.Pieces);
            return new(
                clock.OverheadMicros,
                pieces.First == 0 ? null : clock.SinceStart(pieces.First),
                pieces.Jitter is { } jitter ? clock.Micros(jitter) : null,
                pieces.Bytes);
        }
    }

    /// <summary>Writes usage and cost into the held-back end. Once; a second call gives the same bytes and ignores its
    /// charge.</summary>
    /// <param name="charge">What the caller pays.</param>
    /// <returns>SHA-256 of the salt and then, on a stream, every byte of the body before the usage chunk (comments
    /// included); otherwise the whole body. For a failed answer: the bytes sent until then.</returns>
    public ReadOnlyMemory<byte> Seal(Charge charge) => _commitment ??= _end.Seal(charge);

    /// <summary>The body of an answer in one piece, once it is sealed, as long as the answer lives; empty on a stream,
    /// and of one that failed.</summary>
    public ReadOnlyMemory<byte> Whole => _end.Whole;

    /// <summary>Sends the held-back end: finish, usage chunk and <c>[DONE]</c>, or the JSON body. A failed answer gets
    /// an error frame if its stream is under way, and nothing if the host can still send an error of its own. Does
    /// nothing when the caller is gone, and cuts him off when he takes nothing for 30 seconds. After <see
    /// cref="Seal"/>; only the first end counts.</summary>
    public async Task FinishAsync(CancellationToken ct)
    {
        if (_commitment is null)
        {
            throw new InvalidOperationException("An answer is sealed before it is finished.");
        }

        if (MayEnd())
        {
            await IgnoreDepartureAsync(_end.SendAsync(new(_call), ct));
        }
    }

    /// <summary>Ends the answer as failed, when it could not be settled: an error frame on a stream under way,
    /// otherwise nothing, since the host can still send an error of its own. Never usage, never
    /// <c>[DONE]</c>.</summary>
    /// <param name="code">The error's code.</param>
    /// <param name="message">The error's message.</param>
    public async Task FailAsync(string code, string message)
    {
        if (MayEnd() && _call.Client.Started)
        {
            var error = new StreamError("server_error", code, message);
            var sending = _call.Client.SendErrorAsync(error, charge: null, _call.Context.RequestAborted);
            await IgnoreDepartureAsync(new CallerWatch(_call).WatchAsync(sending));
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _end.Dispose();
        await _call.Client.DisposeAsync();
    }

    private static async Task IgnoreDepartureAsync(ValueTask sending)
    {
        try
        {
            await sending;
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller left while the end was sent; the answer is settled and stays so.
        }
    }

    private bool MayEnd()
    {
        var first = !_ended;
        _ended = true;
        return first && !_call.CallerGone;
    }
}

/// <summary>What an answer took.</summary>
/// <param name="OverheadMicros">Microseconds since the request arrived in which nobody waited for an expert or for a
/// caller to take what was sent.</param>
/// <param name="TtftMicros">Microseconds from the request's arrival to the first piece of a stream; null without
/// one.</param>
/// <param name="JitterMicros">How uneven the pieces' way through the gateway was, as RFC 3550, 6.4.1 smooths it, in
/// microseconds; null for fewer than two pieces.</param>
/// <param name="SentBytes">Bytes of the body handed to the connection.</param>
public readonly record struct AnswerTiming(
    long OverheadMicros, long? TtftMicros, long? JitterMicros, long SentBytes);
