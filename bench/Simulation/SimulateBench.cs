using System.Globalization;
using System.Runtime;
using Gateway.Simulation;

namespace Gateway.Bench.Simulation;

/// <summary>The money simulator: any fault it finds has a seed that replays it.</summary>
internal static class SimulateBench
{
    private const long DefaultSeed = 1;

    public static async Task<int> RunAsync(Arguments arguments)
    {
        var seed = Long(arguments, "--seed", DefaultSeed);
        var one = arguments.Text("--requests") is null && arguments.Text("--seed") is not null;
        var requests = one ? SimulationRuns.RequestsEach : Long(arguments, "--requests", SimulationRuns.RequestsEach);
        Measures.WriteMachine();

        // Nothing here waits for an answer, and a collector beside the runs takes a tenth of the cores from them.
        GCSettings.LatencyMode = GCLatencyMode.Batch;
        var totals = one && arguments.Text("--trace") == "1"
            ? SimulationTotals.None.Plus(SimulationRun.Run(seed, requests, Console.Error))
            : SimulationRuns.Run(
                seed, requests, arguments.Number("--threads", Environment.ProcessorCount), TimeSpan.MaxValue, Tell);
        var violations = totals.Failure is null ? 0 : 1;
        Measures.Write("simulate.violations", violations, "1",
            ("requests", totals.Requests), ("held", totals.Held), ("crashes", totals.Crashes), ("seed", seed),
            ("runs", totals.Runs), ("deposits", totals.Cash.Credited), ("refunds", totals.Cash.Paid));
        if (totals.Failure is { } failed)
        {
            await Console.Error.WriteLineAsync($"seed {failed.Seed}, step {failed.Steps}: {failed.Failure!.Message}");
        }

        return violations;
    }

    private static void Tell(SimulationTotals totals)
    {
        if (totals.Runs % 10 == 0 || totals.Failure is not null)
        {
            Console.Error.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{totals.Requests} requests, {totals.Crashes} crashes, violated: {totals.Failure is not null}"));
        }
    }

    private static long Long(Arguments arguments, string name, long fallback) =>
        arguments.Text(name) is { } text ? long.Parse(text, CultureInfo.InvariantCulture) : fallback;
}
