using Gateway.Router.Forwarding;

namespace Gateway.Router.Combining;

/// <summary>One expert writes, another edits. An edit that has touched more of a program than its comments is thrown
/// away.</summary>
internal static class ComposeRound
{
    private const string Kept = "Written by one expert; the edit of another was not used, since it ";

    internal static async Task<Answer> RunAsync(Panel panel)
    {
        var (writer, editor) = (panel.Seats[0], panel.Seats[1]);
        await panel.AskAsync(..1);
        if (panel.Call.CallerGone)
        {
            return await PanelAnswers.GoneAsync(panel);
        }

        if (!writer.HasAnswered)
        {
            return await PanelAnswers.FailedAsync(panel, DeliveryStatus.FailedBeforeFirstByte);
        }

        if (writer.Text is not { Length: > 0 } draft || writer.Receiver.FinishReason != "stop" || panel.IsOver)
        {
            return await PanelAnswers.GiveAsync(panel, writer, "Written by one expert; there was nothing to edit.");
        }

        var body = EditBody.Of(panel.Call.Chat.Body.Span, draft);
        var code = CodeText.Read(draft);

        // What may have to be thrown away cannot have been sent: only plain text is handed on as it is edited.
        return panel.Call.Chat.Stream && code is { HasCode: false }
            ? await SpeakAsync(panel, writer, editor, body)
            : await CheckAsync(panel, writer, editor, body, code);
    }

    private static async Task<Answer> CheckAsync(
        Panel panel, PanelSeat writer, PanelSeat editor, byte[] body, CodeText? code)
    {
        await panel.AskAsync(1.., body);
        if (panel.Call.CallerGone)
        {
            return await PanelAnswers.GoneAsync(panel);
        }

        if (!editor.HasAnswered || editor.Text is not { Length: > 0 } text || editor.Receiver.FinishReason != "stop")
        {
            return await PanelAnswers.GiveAsync(panel, writer, Kept + "did not come whole.");
        }

        var isSame = code is null ? CodeText.Read(text) is not null : code.HasSameTokens(CodeText.Read(text));
        return isSame
            ? await PanelAnswers.GiveAsync(panel, editor, "Written by one expert and edited by another.")
            : await PanelAnswers.GiveAsync(panel, writer, Kept + "changed or broke the program.");
    }

    private static async Task<Answer> SpeakAsync(Panel panel, PanelSeat writer, PanelSeat editor, byte[] body)
    {
        var spoken = await panel.SpeakAsync(editor, body);
        return editor.Outcome.End switch
        {
            LineEnd.Answered => await PanelAnswers.EndAsync(
                panel, editor, spoken, "Written by one expert and edited by another."),
            LineEnd.CallerGone => await PanelAnswers.GoneAsync(panel, editor),
            LineEnd.Broken => await PanelAnswers.FailedAsync(panel, DeliveryStatus.FailedMidStream),
            LineEnd.NoAnswer when panel.Call.CallerGone => await PanelAnswers.GoneAsync(panel),
            LineEnd.NoAnswer => await PanelAnswers.GiveAsync(panel, writer, Kept + "did not come."),
        };
    }
}
