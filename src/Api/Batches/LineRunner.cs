using Gateway.Api.Chat;
using Gateway.Core;

namespace Gateway.Api.Batches;

/// <summary>Runs a line until something has become of it. An answer is written down before it is charged, and counts
/// once the books have the charge: so whenever this process dies, no line is charged twice and no answer that was
/// charged is lost.</summary>
internal sealed class LineRunner(
    LineCaller caller, LineCharges charges, BatchWork work, BatchSlots slots, TimeProvider time)
{
    private const int Attempts = 3;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>Runs a line; gives up only between attempts.</summary>
    /// <param name="name">Which line.</param>
    /// <param name="order">What it asks.</param>
    /// <param name="isKept">Whether an answer is kept of which nobody knows yet whether it was charged.</param>
    /// <param name="halt">No more attempts.</param>
    /// <exception cref="OperationCanceledException">It was halted; what it left is settled by <see
    /// cref="ResolveAsync"/>.</exception>
    public async Task RunAsync(LineName name, LineOrder order, bool isKept, CancellationToken halt)
    {
        var (failures, pause) = (0, FirstPause);
        while (true)
        {
            if (isKept && await ResolveAsync(name, order, halt))
            {
                return;
            }

            var keeper = new Keeper(work, name);
            var answer = await CallAsync(order, keeper, halt);
            if (await TakeAsync(name, answer, keeper))
            {
                return;
            }

            isKept = keeper.HasKept;
            failures += IsOurs(answer.Status) ? 1 : 0;
            if (!isKept && failures >= Attempts)
            {
                await FailAsync(name, answer);
                return;
            }

            await Task.Delay(pause, time, halt);
            pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks));
        }
    }

    /// <summary>Settles what became of a kept answer: true when it was charged and counts, false when it was
    /// not.</summary>
    public async Task<bool> ResolveAsync(LineName name, LineOrder order, CancellationToken halt)
    {
        for (var pause = FirstPause; ; pause = TimeSpan.FromTicks(Math.Min(2 * pause.Ticks, LongestPause.Ticks)))
        {
            switch (await charges.IsChargedAsync(order, halt))
            {
                case true:
                    return await work.AcceptKeptAsync(name);
                case false:
                    await work.ForgetAsync(name);
                    return false;
                default:
                    await Task.Delay(pause, time, halt);
                    break;
            }
        }
    }

    private async Task<LineAnswer> CallAsync(LineOrder order, Keeper keeper, CancellationToken halt)
    {
        using var slot = await slots.TakeAsync(halt);

        // Once begun it runs to its end: whoever halts waits for it, and a stop of the process ends it by itself.
        return await caller.CallAsync(order, keeper, CancellationToken.None);
    }

    // True: that was the line's end.
    private async Task<bool> TakeAsync(LineName name, LineAnswer answer, Keeper keeper)
    {
        if (answer.IsGood)
        {
            // One that was not kept just now was charged before, and is given again.
            if (!keeper.HasKept || !await work.AcceptKeptAsync(name))
            {
                await work.AnswerAsync(
                    name, answer.Request, LineJson.Answered(name, answer.Status, answer.Request, answer.Body));
            }

            return true;
        }

        if (answer.ChargedBefore is not null && await work.AcceptKeptAsync(name))
        {
            return true;
        }

        if (keeper.HasKept || IsOurs(answer.Status) || IsBusy(answer.Status))
        {
            return false;
        }

        await FailAsync(name, answer);
        return true;
    }

    private Task FailAsync(LineName name, LineAnswer answer) => work.FailAsync(name, answer.Request,
        answer.Body.Length > 0
        ? LineJson.Answered(name, answer.Status, answer.Request, answer.Body)
        : LineJson.NotRun(name, "no_answer", "The endpoint gave no answer."));

    // May pass soon: experts, limits, the books, or a stop of this process.
    private static bool IsBusy(int status) =>
        status is StatusCodes.Status429TooManyRequests or StatusCodes.Status503ServiceUnavailable
            or StatusCodes.Status409Conflict;

    private static bool IsOurs(int status) => status >= StatusCodes.Status500InternalServerError && !IsBusy(status);

    private sealed class Keeper(BatchWork work, LineName name) : IAnswerKeeper
    {
        public bool HasKept { get; private set; }

        public async Task KeepAsync(RequestId request, ReadOnlyMemory<byte> answer)
        {
            // Before it is written: whoever fails here does not know whether it was.
            HasKept = true;
            await work.KeepAsync(name, request.ToString(), LineJson.Answered(
                name, StatusCodes.Status200OK, request.ToString(), answer));
        }
    }
}
