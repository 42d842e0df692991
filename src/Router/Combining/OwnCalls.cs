using Gateway.Router.Forwarding;
using Gateway.Router.Metering;

namespace Gateway.Router.Combining;

/// <summary>The calls of one request of which the router does a part itself: one for each prompt, as many as there are
/// choices, where experts give only one, and each until its answer is the JSON that is demanded.</summary>
internal sealed class OwnCalls : IAsyncDisposable
{
    // Of one caller's; many prompts wait for each other.
    private const int MostAtOnce = 8;

    private readonly CancellationTokenSource _failed = new();
    private readonly SemaphoreSlim _places = new(MostAtOnce);
    private readonly LineRunner _runner;
    private readonly SharedAllowance _share;
    private readonly IReadOnlyList<Upstream> _candidates;
    private readonly JsonCheck? _check;

    internal OwnCalls(ChatCall call, LineRunner runner)
    {
        (Call, _runner) = (call, runner);
        var rules = call.Chat.Rules;
        var count = rules.Calls * Math.Max(1, call.Chat.Prompts.Count);
        _share = new(call.Allowance, count);
        _check = rules.MustFit ? JsonCheck.Of(call.Chat.Body) : null;
        Seats = [.. Enumerable.Range(0, count).Select(number => new ChoiceSeat(number / rules.Calls))];

        // One answer has one model and one price.
        var first = call.Plan.Candidates[0].Model;
        _candidates = count == 1
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

    /// <summary>What the given calls are billed for: each prompt once, and what each of them wrote.</summary>
    internal static Metered SumOf(IReadOnlyList<ChoiceSeat> seats) => seats
        .GroupBy(static seat => seat.Prompt)
        .SelectMany(static prompt => prompt.Select(static (seat, place) => place == 0
            ? seat.Outcome.Metered
            : seat.Outcome.Metered with { Usage = seat.Outcome.Metered.Usage with { Input = 0, Cached = 0 } }))
        .Aggregate(default(Metered), static (sum, one) => new(
            sum.Usage with
            {
                Input = sum.Usage.Input + one.Usage.Input,
                Cached = sum.Usage.Cached + one.Usage.Cached,
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
        _places.Dispose();
        _failed.Dispose();
    }

    /// <summary>Asks all at once, as far as there are places; with the first that fails all have failed.</summary>
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
        if (!await HasPlaceAsync())
        {
            return;
        }

        var hasAnswered = false;
        try
        {
            // Its own time, however long it has waited: the last of many prompts is not worse off than the first.
            var began = Call.Time.GetTimestamp();
            hasAnswered = await seat.AskAsync(
                _runner, () => Call.Share(PartOf(seat, number), _share, began), _candidates, _check);
        }
        finally
        {
            // Whoever still waits is told first, so that nobody takes its place for nothing.
            if (!hasAnswered)
            {
                await _failed.CancelAsync();
            }

            _places.Release();
        }
    }

    // False: another has failed, and with it this one; or the caller has left.
    private async Task<bool> HasPlaceAsync()
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(
            _failed.Token, Call.Context.RequestAborted);
        try
        {
            await _places.WaitAsync(ended.Token);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private ChatDispatch PartOf(ChoiceSeat seat, int number)
    {
        var choices = Call.Chat.Choices / Seats.Count;
        var part = Call.Chat with
        {
            Stream = AreStreamed,
            Choices = choices,
            FirstChoice = number * choices,
            Stopping = _failed.Token,
        };
        return Call.Chat.Prompts is [_, ..] prompts
            ? part with
            {
                Body = prompts[seat.Prompt].Body,
                InputTokensBound = prompts[seat.Prompt].InputTokensBound,
                InputTokensEstimate = prompts[seat.Prompt].InputTokensEstimate,
            }
            : part;
    }
}
