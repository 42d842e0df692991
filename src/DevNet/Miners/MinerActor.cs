using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Miners;

/// <summary>Decides what a miner does with a request. A pure function of (seed, profile, request, body).</summary>
internal sealed class MinerActor(int seed, MinerProfile profile)
{
    // Shares of a flaky miner's requests in percent; together a bit less than a third.
    private const int UnavailablePercent = 10;
    private const int ResetPercent = 8;
    private const int CutPercent = 12;

    private const int SlowFirstMilliseconds = 1000;
    private const int SlowTokenMilliseconds = 60;
    private const int LeastInflation = 3;
    private const int InflationSteps = 3;

    private static readonly string[] CannedPhrases =
    [
        "That is a great question.", "It depends.", "Yes.", "I am happy to help!", "Please see the documentation.",
    ];

    internal Script Perform(ChatRequest request, SeededDraw draw)
    {
        var script = Cut(AnswerText(request, draw), request);
        return profile.Kind switch
        {
            MinerKind.Honest or MinerKind.Lazy or MinerKind.Copycat => script,
            MinerKind.Flaky => script with { Fault = FaultOf(draw.Below(100, index: 1)) },
            MinerKind.Slow => script with
            {
                FirstTokenDelay = Milliseconds(SlowFirstMilliseconds + draw.Below(SlowFirstMilliseconds, index: 1)),
                TokenDelay = Milliseconds(SlowTokenMilliseconds),
            },
            MinerKind.Liar => script with { UsageFactor = LeastInflation + draw.Below(InflationSteps, index: 1) },
        };
    }

    private static Fault FaultOf(int percent) => percent switch
    {
        < UnavailablePercent => Fault.Unavailable,
        < UnavailablePercent + ResetPercent => Fault.Reset,
        < UnavailablePercent + ResetPercent + CutPercent => Fault.Cut,
        _ => Fault.None,
    };

    private static TimeSpan Milliseconds(int value) => TimeSpan.FromMilliseconds(value);

    // The stop text comes first, as in a generator that meets it before it reaches its limit.
    private static Script Cut(string text, ChatRequest request)
    {
        var ends = request.Stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(end => end >= 0);
        var tokens = AnswerTokens.Cut(text[..ends.DefaultIfEmpty(text.Length).Min()]);
        return tokens.Count > request.MaxTokens
            ? new Script(tokens[..request.MaxTokens], "length")
            : new Script(tokens, "stop");
    }

    private string AnswerText(ChatRequest request, SeededDraw draw)
    {
        if (profile.Kind == MinerKind.Lazy)
        {
            return CannedPhrases[draw.Below(CannedPhrases.Length, index: 0)];
        }

        if (request.Draft is { } draft)
        {
            return draft;
        }

        // Two servers of one weak model err on different prompts; a copycat errs where its victim does.
        var modelSeed = ((long)seed << 16) + profile.AnswersOf;
        var isLarge = request.Model == MinerProfile.Large && profile.Kind != MinerKind.Liar;
        return (isLarge ? SimulatedModel.Large : SimulatedModel.Small).Answer(request.Prompt, modelSeed);
    }
}
