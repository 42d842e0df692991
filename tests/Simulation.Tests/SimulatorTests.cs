using System.Diagnostics;
using Gateway.Billing;

namespace Gateway.Simulation.Tests;

public sealed class SimulatorTests
{
    private const long Requests = 10_000_000;

    // The whole number takes about a minute of two free cores; on a busy machine the box ends it.
    private static readonly TimeSpan Box = TimeSpan.FromSeconds(75);

    [Fact]
    public void No_money_is_lost_or_made_whatever_fails()
    {
        var clock = Stopwatch.StartNew();
        var totals = SimulationRuns.Run(seed: 1, Requests, int.Max(Environment.ProcessorCount, 1), Box);
        TestContext.Current.SendDiagnosticMessage(
            "{0} requests, {1} crashes in {2}", totals.Requests, totals.Crashes, clock.Elapsed);
        Assert.True(
            totals.Failure is null,
            $"seed {totals.Failure?.Seed}, step {totals.Failure?.Steps}: {totals.Failure?.Failure?.Message}");
        Assert.True(totals.Crashes * 1000 > totals.Requests, $"{totals.Crashes} crashes are too few.");
        Assert.True(totals.Held * 3 > totals.Requests, $"{totals.Held} holds are too few.");
        Assert.True(
            totals.Cash is { Credited: > 0, Waited: > 0, Paid: > 0, Restored: > 0, Expired: > 0 },
            $"Of something there is none: {totals.Cash}.");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(59)]
    [InlineData(105)]
    [InlineData(302)]
    [InlineData(1018)]
    [InlineData(2003)]
    [InlineData(2)]
    [InlineData(102)]
    public void Seeds_that_once_found_a_fault_find_none(long seed)
    {
        var result = SimulationRun.Run(seed, SimulationRuns.RequestsEach);
        Assert.True(result.Failure is null, $"step {result.Steps}: {result.Failure?.Message}");
    }

    [Fact]
    public void The_same_seed_does_the_same()
    {
        var (one, other) = (new StringWriter(), new StringWriter());
        var first = SimulationRun.Run(4711, 3000, one);
        var second = SimulationRun.Run(4711, 3000, other);
        Assert.Equal(first, second);
        Assert.Equal(one.ToString(), other.ToString());
        Assert.NotEqual(first.Steps, SimulationRun.Run(4712, 3000).Steps);
    }

#if !MUTANTS
    [Fact]
    public void The_ledger_has_no_mutants() =>
        Assert.DoesNotContain(
            typeof(Ledger).Assembly.GetTypes(), type => type.Name.Contains("Mutant", StringComparison.Ordinal));
#else
    [Fact]
    public void Every_mutant_dies()
    {
        var kills = MutantHunt.Run(seed: 1, seeds: 30).ToList();
        foreach (var kill in kills)
        {
            Console.WriteLine(
                $"mutant {kill.Number}, {kill.Name}: {kill.Found?.Failure?.Invariant ?? "SURVIVED"}, "
                + $"seed {kill.Found?.Seed}, step {kill.Found?.Steps}");
        }

        Console.WriteLine($"{kills.Count(kill => kill.Found is not null)} of {MutantHunt.Count} mutants died");
        Assert.DoesNotContain(kills, kill => kill.Found is null);
    }
#endif
}
