using Gateway.Core;
using Gateway.Router.Forwarding;
using Gateway.Router.Learning;
using Gateway.Router.Metering;

namespace Gateway.Router.Combining;

/// <summary>The lines of one request that asks several experts: asks them, learns of them, and adds them up.</summary>
internal sealed class Panel(ChatCall call, LineRunner runner, LearningDesk desk) : IAsyncDisposable
{
    // Once one has answered, the others have as long again twice over, and at least this.
    private const int Patience = 3;
    private static readonly TimeSpan LeastPatience = TimeSpan.FromSeconds(2);

    internal ChatCall Call => call;

    /// <summary>In the order of the plan, the best first.</summary>
    internal IReadOnlyList<PanelSeat> Seats { get; } =
        [.. call.Plan.Lines.Select((line, number) => new PanelSeat(line, number))];

    internal IEnumerable<PanelSeat> Answered => Seats.Where(static seat => seat.HasAnswered);

    /// <summary>Nobody waits for an answer any more.</summary>
    internal bool IsOver => call.CallerGone || call.Stopping;

    internal List<Attempt> Attempts =>
        [.. Seats.Where(static seat => seat.WasAsked).SelectMany(static seat => seat.Outcome.Attempts)];

    internal List<LineDelivery> Lines =>
        [.. Seats.Where(static seat => seat.WasAsked).Select(static seat => seat.ToDelivery())];

    /// <summary>What all answers together are billed for.</summary>
    internal Metered Sum => Answered.Aggregate(default(Metered), static (sum, seat) => Add(sum, seat.Outcome.Metered));

    public async ValueTask DisposeAsync()
    {
        foreach (var seat in Seats)
        {
            await seat.DisposeAsync();
        }
    }

    /// <summary>Asks some of the lines at once, and waits for all of them, but not long for who is much slower than the
    /// first to answer.</summary>
    internal Task AskAsync(Range range) => AskAsync(range, call.Chat.Body);

    /// <summary>The same with another body than the caller's.</summary>
    internal async Task AskAsync(Range range, ReadOnlyMemory<byte> body)
    {
        using var late = new CancellationTokenSource(Timeout.InfiniteTimeSpan, call.Time);
        await using var stopping = call.Chat.Stopping.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), late);
        call.Clock.BeginWait();
        try
        {
            Task<bool>[] running = [.. Seats.Take(range).Select(seat => seat.AskAsync(
                runner, call.Aside(DispatchOf(seat, body) with { Stream = false, Stopping = late.Token })))];
            await LimitAsync([.. running], late);
            await Task.WhenAll(running);
        }
        finally
        {
            call.Clock.EndWait();
        }

        foreach (var seat in Seats.Take(range).Where(_ => !call.Stopping))
        {
            seat.NoteLate();
        }
    }

    /// <summary>Asks one line with a body of ours; its answer goes to the caller as it comes.</summary>
    /// <returns>The call it was asked by, which its answer's end belongs to.</returns>
    internal async Task<ChatCall> SpeakAsync(PanelSeat seat, ReadOnlyMemory<byte> body)
    {
        var spoken = call.ToCaller(DispatchOf(seat, body));
        await seat.SpeakAsync(runner, spoken);
        return spoken;
    }

    /// <summary>Learns how good an answer was.</summary>
    internal void Judge(PanelSeat seat, double result, double label)
    {
        if (call.Plan.Record is { } record && record.TryFind(seat.Expert, out var facts))
        {
            desk.Lessons.Judge(record, facts, result, label);
        }
    }

    /// <summary>What is expected of the expert who answered.</summary>
    internal double QualityOf(PanelSeat seat) =>
        call.Plan.Record is { } record && record.TryFind(seat.Expert, out var facts) ? facts.Quality : 0;

    /// <summary>Keeps the trace.</summary>
    internal byte[]? Trace(Upstream? served) => desk.Trace(call, Attempts, served);

    private async Task LimitAsync(List<Task<bool>> pending, CancellationTokenSource late)
    {
        var began = call.Time.GetTimestamp();
        while (pending.Count > 1)
        {
            var done = await Task.WhenAny(pending);
            pending.Remove(done);
            if (done.IsCompletedSuccessfully && await done)
            {
                var more = (Patience - 1) * call.Time.GetElapsedTime(began);
                late.CancelAfter(more > LeastPatience ? more : LeastPatience);
                return;
            }
        }
    }

    private ChatDispatch DispatchOf(PanelSeat seat, ReadOnlyMemory<byte> body) => call.Chat with
    {
        Body = body,
        InputTokensBound = call.Chat.LineInputBounds.Count > seat.Number
            ? call.Chat.LineInputBounds[seat.Number]
            : call.Chat.InputTokensBound,
    };

    private static Metered Add(Metered left, Metered right) => new(
        new Usage(
            left.Usage.Input + right.Usage.Input, left.Usage.Cached + right.Usage.Cached,
            left.Usage.Output + right.Usage.Output, left.Usage.Reasoning + right.Usage.Reasoning),
        left.Estimated || right.Estimated, left.Overclaimed || right.Overclaimed);
}
