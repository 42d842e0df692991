using Gateway.Router.Gating;

namespace Gateway.Router.Combining;

/// <summary>Asks all at once and gives the best answer that passes the check for its kind: JSON that fits its schema, a
/// program whose text is whole, or for closed answers what most agree on. No expert judges another.</summary>
internal static class BestOfRound
{
    internal static async Task<Answer> RunAsync(Panel panel)
    {
        await panel.AskAsync(..);
        PanelSeat[] answered = [.. panel.Answered];
        if (panel.Call.CallerGone)
        {
            return await PanelAnswers.GoneAsync(panel);
        }

        if (answered.Length == 0)
        {
            return await PanelAnswers.FailedAsync(panel, DeliveryStatus.FailedBeforeFirstByte);
        }

        var kind = panel.Call.Plan.Record?.Answer ?? AnswerKind.Open;
        PanelSeat[] passed = [.. Check(panel, kind, answered)];
        if (passed.Length == 0)
        {
            return await PanelAnswers.GiveAsync(
                panel, answered[0], $"None of {answered.Length} answers passes the check: the best expert's is given.");
        }

        var agreement = Agreement.Of(panel, passed);
        if (kind == AnswerKind.Closed)
        {
            agreement.Teach(panel);
            return await PanelAnswers.GiveAsync(panel, agreement.Winner ?? passed[0], agreement.Tell());
        }

        return await PanelAnswers.GiveAsync(
            panel, kind == AnswerKind.Json ? agreement.Winner ?? passed[0] : passed[0],
            $"{passed.Length} of {answered.Length} answers pass the check: the best of them is given.");
    }

    private static IEnumerable<PanelSeat> Check(Panel panel, AnswerKind kind, PanelSeat[] answered)
    {
        if (kind == AnswerKind.Code)
        {
            // A whole text says nothing of what the program does, so nobody is judged by it.
            return answered.Where(seat => seat.Text is { } text && CodeText.Read(text) is { HasCode: true });
        }

        if (kind != AnswerKind.Json)
        {
            return answered;
        }

        var check = JsonCheck.Of(panel.Call.Chat.Body);
        var passed = answered.Where(seat => seat.Text is { } text && check.Fits(text)).ToList();
        foreach (var seat in answered)
        {
            panel.Judge(seat, passed.Contains(seat) ? 1 : 0, LabelWeight.Checked);
        }

        return passed;
    }
}
