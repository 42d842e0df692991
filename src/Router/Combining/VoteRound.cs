namespace Gateway.Router.Combining;

/// <summary>A vote. A bare majority is asked first; only where it does not agree are the others asked too.</summary>
internal static class VoteRound
{
    internal static async Task<Answer> RunAsync(Panel panel)
    {
        var majority = (panel.Seats.Count / 2) + 1;
        await panel.AskAsync(..majority);
        if (majority < panel.Seats.Count && !panel.IsOver && !Agreement.IsUnanimous(panel.Seats.Take(majority)))
        {
            await panel.AskAsync(majority..);
        }

        PanelSeat[] answered = [.. panel.Answered];
        if (panel.Call.CallerGone)
        {
            return await PanelAnswers.GoneAsync(panel);
        }

        if (answered.Length == 0)
        {
            return await PanelAnswers.FailedAsync(panel, DeliveryStatus.FailedBeforeFirstByte);
        }

        var agreement = Agreement.Of(panel, answered);
        agreement.Teach(panel);
        return await PanelAnswers.GiveAsync(panel, agreement.Winner ?? answered[0], agreement.Tell());
    }
}
