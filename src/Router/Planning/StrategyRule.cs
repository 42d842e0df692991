namespace Gateway.Router.Planning;

/// <summary>Which rule serves a wish: a strategy that cannot run as asked becomes <c>best</c>, and says why.</summary>
internal static class StrategyRule
{
    /// <summary>The rule, and the sentence that goes into answer and trace when it is another one than asked for.
    /// </summary>
    internal static (Strategy Used, string Because) Of(Strategy asked) => asked switch
    {
        Strategy.Vote or Strategy.BestOf or Strategy.Compose => (Strategy.Best,
            $"'{StrategyNames.NameOf(asked)}' asks several experts, which this version does not: 'best' was used."),
        _ => (asked, ""),
    };
}
