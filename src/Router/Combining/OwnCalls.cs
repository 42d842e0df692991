using Gateway.Router.Forwarding;
using Gateway.Router.Metering;

namespace Gateway.Router.Combining;

/// <summary>The calls of one request of which the router does a part itself: as many as there are choices, where
/// experts give only one, and each until its answer is the JSON that is demanded.</summary>
internal sealed class OwnCalls : IAsyncDisposable
{
    private readonly CancellationTokenSource _failed = new();
    private readonly LineRunner _runner;
    private readonly SharedAllowance _share;
    private readonly IReadOnlyList<Upstream> _candidates;
    private readonly JsonCheck? _check;

    internal OwnCalls(ChatCall call, LineRunner runner)
    {
        (Call, _runner) = (call, runner);
        var rules = call.Chat.Rules;
        _share = new(call.Allowance, rules.Calls);
        _check = rules.MustFit ? JsonCheck.Of(call.Chat.Body) : null;
        Seats = [.. Enumerable.Range(0, rules.Calls).Select(static _ => new ChoiceSeat())];

        // One answer has one model and one price.
        var first = call.Plan.Candidates[0].Model;
        _candidates = rules.Calls == 1
            ? call.Plan.Candidates
            : [.. call.Plan.Candidates.Where(upstream => upstream.Model == first)];
    }

    internal ChatCall Call { get; }

    /// <summary>In the order of the choices.</summary>
    internal IReadOnlyList<ChoiceSeat> Seats { get; }

    /// <summary>Whether choices go to the caller as they come.</summary>
    internal bool AreStreamed => Call.Chat.Stream && _check is null;

    internal bool HaveAnswered => Seats.All(static seat => seat.HasAnswered);

    /// <summary>Of all calls; what ended it all comes last.</summary>
    internal List<Attempt> Attempts =>
        [.. Seats.SelectMany(static seat => seat.Attempts).OrderBy(static one => one.Reason != FailureReasons.Late)];

    /// <summary>What the given calls are billed for: the prompt once, and what each of them wrote.</summary>
    internal static Metered SumOf(IReadOnlyList<ChoiceSeat> seats) => seats.Count == 0
        ? default
        : seats.Skip(1).Select(static seat => seat.Outcome.Metered).Aggregate(
            seats[0].Outcome.Metered,
            static (sum, one) => new(
                sum.Usage with
                {
                    Output = sum.Usage.Output + one.Usage.Output,
                    Reasoning = sum.Usage.Reasoning + one.Usage.Reasoning,
                },
                sum.Estimated || one.Estimated, sum.Overclaimed || one.Overclaimed));

    public async ValueTask DisposeAsync()
    {
        foreach (var seat in Seats)
        {
            await seat.DisposeAsync();
        }

        _share.Dispose();
        _failed.Dispose();
    }

    /// <summary>Asks all at once; with the first that fails all have failed.</summary>
    internal async Task AskAsync()
    {
        await using var stopping = Call.Chat.Stopping.UnsafeRegister(
            static source => ((CancellationTokenSource)source!).Cancel(), _failed);
        Call.Clock.BeginWait();
        try
        {
            Task[] running = [.. Seats.Select((seat, number) => AskAsync(seat, number))];
            await Task.WhenAll(running);
        }
        finally
        {
            Call.Clock.EndWait();
        }

        foreach (var seat in Seats.Where(_ => !Call.Stopping))
        {
            seat.NoteLate();
        }
    }

    private async Task AskAsync(ChoiceSeat seat, int number)
    {
        var chat = Call.Chat with
        {
            Stream = AreStreamed,
            Choices = Seats.Count == 1 ? Call.Chat.Choices : 1,
            FirstChoice = number,
            Stopping = _failed.Token,
        };
        if (!await seat.AskAsync(_runner, () => Call.Share(chat, _share), _candidates, _check))
        {
            await _failed.CancelAsync();
        }
    }
}
