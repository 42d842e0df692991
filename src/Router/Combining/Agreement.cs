using Gateway.Router.Gating;

namespace Gateway.Router.Combining;

/// <summary>What the comparable answers among some seats came to.</summary>
/// <param name="Winner">The first seat with the heaviest answer; null when none could be compared.</param>
/// <param name="For">How many gave that answer.</param>
/// <param name="Compared">How many gave one that can be compared.</param>
internal readonly record struct Agreement(PanelSeat? Winner, int For, int Compared)
{
    // Among how many answers a wrong one is drawn, when nobody can say: a member that is right less often than one in
    // so many would vote against itself.
    private const int UsualChoices = 10;

    /// <summary>Whether all of them, two at least, gave one answer.</summary>
    internal static bool IsUnanimous(IEnumerable<PanelSeat> seats)
    {
        string?[] forms = [.. seats.Select(FormOf)];
        return forms.Length > 1 && forms.All(form => VoteTally.IsSettled(forms[0], form));
    }

    /// <summary>Counts the votes of some seats, the best first.</summary>
    internal static Agreement Of(Panel panel, IReadOnlyList<PanelSeat> seats)
    {
        string?[] forms = [.. seats.Select(FormOf)];
        double[] weights = [.. seats.Select(seat => VoteTally.Weight(panel.QualityOf(seat), UsualChoices))];
        var winner = VoteTally.Winner(forms, weights);
        return winner < 0
            ? default
            : new(seats[winner], forms.Count(form => form == forms[winner]), forms.Count(form => form is not null));
    }

    /// <summary>Where two agree, those who gave the answer are taken to be right and the others wrong.</summary>
    internal void Teach(Panel panel)
    {
        if (For < 2)
        {
            return;
        }

        var right = FormOf(Winner!);
        foreach (var seat in panel.Answered)
        {
            if (FormOf(seat) is { } form)
            {
                panel.Judge(seat, form == right ? 1 : 0, LabelWeight.Agreement);
            }
        }
    }

    /// <summary>The same in a sentence.</summary>
    internal string Tell() => For switch
    {
        0 => "The answers cannot be compared: the best expert's is given.",
        1 => "No two experts agree: the best one's answer is given.",
        _ => $"{For} of {Compared} experts agree.",
    };

    private static string? FormOf(PanelSeat seat) => seat.Text is { } text ? AnswerForm.Of(text) : null;
}
