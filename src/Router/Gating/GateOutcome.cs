using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>What came of one attempt, judged.</summary>
/// <param name="Miner">The miner's number in the book.</param>
/// <param name="Mix">The task mix it was chosen for.</param>
/// <param name="Result">0 to 1; anything else is refused.</param>
/// <param name="Label">How far the judgement is trusted, see <see cref="LabelWeight"/>.</param>
/// <param name="Expected">What was expected of the model when it was chosen.</param>
/// <param name="Time">When it ended, in seconds.</param>
internal readonly record struct GateOutcome(
    int Miner, TaskMix Mix, double Result, double Label, double Expected, double Time)
{
    /// <summary>How likely it was that this model was asked, where models were to choose from and the draw decided;
    /// otherwise 0: such an outcome is no evidence about other ways to choose.</summary>
    internal double Propensity { get; init; }

    /// <summary>Whether its numbers can be reckoned with.</summary>
    internal bool IsSane => Result is >= 0 and <= 1 && Label is > 0 and <= 1 && Expected is >= 0 and <= 1
        && double.IsFinite(Time);
}

/// <summary>Whether an answer came at all. It says how far a miner can be relied on, and nothing about what it or its
/// model can do.</summary>
/// <param name="Miner">The miner's number in the book.</param>
/// <param name="HasAnswered">Whether it did.</param>
/// <param name="Time">When the attempt ended, in seconds.</param>
internal readonly record struct GateReach(int Miner, bool HasAnswered, double Time);

/// <summary>How far each source of a judgement is trusted.</summary>
internal static class LabelWeight
{
    /// <summary>A probe or a deterministic check.</summary>
    internal const double Checked = 1;

    /// <summary>Agreement of a vote.</summary>
    internal const double Agreement = 0.5;

    /// <summary>A panel of judges.</summary>
    internal const double Panel = 0.3;

    /// <summary>A person's feedback.</summary>
    internal const double Feedback = 0.1;
}
