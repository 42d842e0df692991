using System.Diagnostics;
using Gateway.DevNet.Brain;

namespace Gateway.DevNet.Tests.Brain;

public sealed class BoundedTimeTests
{
    // Far above what any takes (a few milliseconds) and far below what an unbounded one would.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(2);

    public static TheoryData<string, string> Bombs => new()
    {
        { "powers of powers", string.Join('^', Enumerable.Repeat("9", 1_000)) },
        { "a long product", string.Join('*', Enumerable.Repeat(new string('9', 900), 30)) },
        { "a sum of awkward fractions", string.Join('+', Enumerable.Range(1, 900).Select(n => $"1/{n}")) },
        { "repeated squaring", "1.0000001" + string.Concat(Enumerable.Repeat(" squared", 1_000)) },
        { "a million digits", new string('7', 1_000_000) + "+1" },
        { "signs without end", new string('-', 1_000_000) + "1" },
        { "roots without end", string.Concat(Enumerable.Repeat("sqrt ", 6_000)) + "16" },
        { "a root of a long number", "sqrt " + new string('9', 999) },
        { "words that nearly ask", string.Concat(Enumerable.Repeat("what is ", 4_000)) },
        { "conversions that nearly match", "how many " + string.Concat(Enumerable.Repeat("in ", 60)) },
        { "sentences without end", string.Concat(Enumerable.Repeat("a. ", 10_000)) },
        { "spaces", new string(' ', 32_000) + "x" },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void No_prompt_takes_long(string name, string prompt)
    {
        var started = Stopwatch.GetTimestamp();
        var answer = SimulatedModel.Large.Answer(prompt, seed: 1);
        Assert.True(Stopwatch.GetElapsedTime(started) < Limit, name);
        Assert.InRange(answer.Length, 1, 2_000);
    }
}
