using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Simulation;

/// <summary>One request: what it asks for and how its upstreams will answer.</summary>
/// <param name="Quote">What must be known to price it.</param>
/// <param name="Model">Who answers.</param>
/// <param name="Input">Input tokens.</param>
/// <param name="Output">Output tokens that the upstream will make if nobody stops it.</param>
internal readonly record struct Ask(QuoteRequest Quote, ModelId Model, long Input, long Output)
{
    private const long Bound = 1000;
    private const int Panel = 3;

    internal static Ask Of(Customer customer, Dice dice) => customer.Wealth switch
    {
        Wealth.ExactlyTen => new(
            new([Population.Models[2]], Bound, Bound, Bound, null), Population.Models[2], Bound, Bound),
        Wealth.Huge => Make(dice, [Population.Models[3]], dice.Between(1, 30_000_000), dice.Between(1, 10_000_000)),
        Wealth.Rich when dice.OneIn(6) => MakePanel(dice),
        Wealth.Rich => Make(dice, [Population.Models[0], Population.Models[1]], Bound, 4096),
        Wealth.Poor or Wealth.Budgeted => Make(dice, [Population.Models[dice.Below(3)]], Bound, 1024),
    };

    /// <summary>What reached the caller of that many tokens.</summary>
    internal Delivered Deliver(Hold hold, long output, Dice dice, string[] upstreams)
    {
        var ending = output < Output ? Ending.Cut : Choose(dice);
        var seen = ending == Ending.ClientGone ? dice.Between(0, output) : output;
        var usage = new Usage(Input, dice.OneIn(3) ? dice.Between(0, Input) : 0, seen,
            dice.OneIn(4) ? dice.Between(0, seen) : 0);
        if (Quote.Lines.Count > 0)
        {
            return DeliverEach(ending, seen, dice, upstreams, Facts(hold));
        }

        var served = ending == Ending.Failed && dice.OneIn(2) ? (ModelId?)null : Model;
        return new(ending, served, usage, dice.OneIn(9), "stop", Attempts(ending, seen, dice, upstreams), Facts(hold));
    }

    private static Ask Make(Dice dice, ModelId[] models, long bound, long limit)
    {
        var first = dice.OneIn(2) ? limit : dice.Between(1, limit);
        return new(
            new(models, bound, limit, first, null), dice.Pick(models), dice.Between(0, bound), dice.Between(0, limit));
    }

    // Several experts at once: all that they can cost is held from the start.
    private static Ask MakePanel(Dice dice)
    {
        var limit = dice.Between(1, 1024);
        ModelId[] models = [Population.Models[0], Population.Models[1]];
        var lines = Enumerable.Range(0, Panel)
            .Select(n => new QuoteLine("voter", n == 0 ? models : models[..1], Bound));
        return new(
            new(models, Bound, limit, limit, null) { Lines = [.. lines] }, models[0], dice.Between(0, Bound),
            dice.Between(0, limit));
    }

    // One call in five fails; the last may never have been made.
    private Delivered DeliverEach(
        Ending ending, long seen, Dice dice, string[] upstreams, RequestFacts facts)
    {
        var lines = new List<DeliveredLine>();
        var attempts = new List<AttemptRecord>();
        var sum = Usage.None;
        for (var n = 0; n < Panel - (dice.OneIn(2) ? 1 : 0); n++)
        {
            var failed = dice.OneIn(5);
            var usage = failed ? Usage.None : new Usage(Input, dice.Between(0, Input), seen, dice.Between(0, seen));
            var model = n == 0 ? dice.Pick(Quote.Lines[0].Models) : Quote.Lines[n].Models[0];
            lines.Add(new("voter", upstreams[n], failed ? null : model, usage));
            attempts.AddRange(Attempts(failed ? Ending.Failed : ending, usage.Output, dice, upstreams)
                .Select(attempt => attempt with { Line = n }));
            sum = new(
                sum.Input + usage.Input, sum.Cached + usage.Cached, sum.Output + usage.Output,
                sum.Reasoning + usage.Reasoning);
        }

        return new(ending, lines.FirstOrDefault(line => line.ModelServed is not null)?.ModelServed, sum, false, "stop",
            attempts, facts)
        {
            Lines = lines,
        };
    }

    private static Ending Choose(Dice dice) => dice.Below(16) switch
    {
        0 => Ending.Failed,
        1 or 2 => Ending.ClientGone,
        _ => Ending.Complete,
    };

    // One wins and delivers; of hedges the others are stopped with nothing delivered; after a break another goes on.
    private static AttemptRecord[] Attempts(Ending ending, long seen, Dice dice, string[] upstreams)
    {
        var won = ending switch
        {
            Ending.Failed => AttemptOutcome.Failed,
            Ending.Complete => AttemptOutcome.Complete,
            Ending.Cut or Ending.ClientGone => AttemptOutcome.Cancelled,
        };
        switch (dice.Below(8))
        {
            case 0:
                return
                [
                    Attempt(upstreams, dice, 0, seen, won),
                    Attempt(upstreams, dice, 0, 0, AttemptOutcome.Cancelled),
                ];
            case 1:
                var half = seen / 2;
                return
                [
                    Attempt(upstreams, dice, 0, half, AttemptOutcome.Failed),
                    Attempt(upstreams, dice, half, seen, won),
                ];
            default:
                return [Attempt(upstreams, dice, 0, seen, won)];
        }
    }

    private static AttemptRecord Attempt(string[] upstreams, Dice dice, long from, long to, AttemptOutcome outcome)
    {
        var upstream = dice.Below(upstreams.Length);
        var isMiner = upstream < upstreams.Length - 1;
        return new(
            upstreams[upstream], isMiner ? new NetUid(4) : null, isMiner ? upstream : null, null, from, to, outcome,
            "", 12);
    }

    private RequestFacts Facts(Hold hold) =>
        new("/v1/chat/completions", Model, "best", Moment, Moment.AddSeconds(hold.CoveredOutputTokens % 60));

    private static DateTimeOffset Moment { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
