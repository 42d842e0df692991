namespace Gateway.Router;

/// <summary>The strategies' names in requests, receipts and traces.</summary>
public static class StrategyNames
{
    private static readonly (string Name, Strategy Strategy)[] All =
    [
        ("default", Strategy.Default), ("best", Strategy.Best), ("fastest", Strategy.Fastest),
        ("cheapest", Strategy.Cheapest), ("vote", Strategy.Vote), ("best_of", Strategy.BestOf),
        ("compose", Strategy.Compose),
    ];

    /// <summary>The names a caller may use, for a message.</summary>
    public const string Allowed = "best, fastest, cheapest, vote, best_of, compose";

    /// <summary>A strategy's name; <c>default</c> where nothing was asked.</summary>
    public static string NameOf(Strategy strategy) => Array.Find(All, pair => pair.Strategy == strategy).Name;

    /// <summary>The strategy that a caller names; false for an unknown name, and for <c>default</c>, which is not to
    /// be asked for.</summary>
    public static bool TryParse(string name, out Strategy strategy)
    {
        strategy = Array.Find(All, pair => pair.Name == name).Strategy;
        return strategy != Strategy.Default;
    }
}
