namespace Gateway.Bench.Route;

/// <summary>The gate on recorded prompts, simulated miners and recorded latencies.</summary>
internal static class RouteBench
{
    private const double LeastCoverage = 0.84;
    private const int Malformed = 2;

    private static readonly string[] Parts =
        ["offline", "cost", "online", "miners", "hedge", "vote", "same", "time"];

    public static int Run(string[] args)
    {
        if (args is ["--stdio"])
        {
            return StdioGate.Run(Console.In, Console.Out, Console.Error);
        }

        var arguments = Arguments.Parse(args);
        try
        {
            return arguments.Text("--fit") is { } fit ? Decide(arguments, fit) : Measure(arguments);
        }
        catch (InvalidDataException error)
        {
            Console.Error.WriteLine(error.Message);
            return Malformed;
        }
    }

    private static int Decide(Arguments arguments, string fit)
    {
        DecisionsBench.Run(fit, Need(arguments, "--ask"), Need(arguments, "--decisions"), arguments.All("--drop"));
        return 0;
    }

    private static int Measure(Arguments arguments)
    {
        var parts = arguments.Text("--part") is { } part ? [part] : Parts;
        if (parts.Except(Parts).FirstOrDefault() is { } unknown)
        {
            throw new ArgumentException($"'{unknown}' is not a part: {string.Join(", ", Parts)}.");
        }

        var folder = Need(arguments, "--data");
        var (matrices, allGood) = MatrixFile.ReadFolder(folder);
        var covered = matrices.Select(matrix => matrix.Covered(LeastCoverage, [.. arguments.All("--drop")]))
            .Where(matrix => matrix.Models.Count > 0 && IsWanted(matrix.Pool, arguments.All("--pool"))).ToArray();
        Measures.WriteMachine();
        foreach (var name in parts)
        {
            Measure(name, covered, folder, arguments);
        }

        return allGood ? 0 : Malformed;
    }

    private static void Measure(string part, Matrix[] matrices, string folder, Arguments arguments)
    {
        if (part == "time")
        {
            TimeBench.Measure(matrices);
            return;
        }

        var first = arguments.Number("--first", 1);
        for (var seed = first; seed < first + arguments.Number("--seeds", 3); seed++)
        {
            if (part == "hedge")
            {
                Hedge(folder, seed);
                continue;
            }

            foreach (var matrix in matrices)
            {
                Measure(part, matrix, seed, arguments);
            }
        }
    }

    private static void Measure(string part, Matrix matrix, int seed, Arguments arguments)
    {
        switch (part)
        {
            case "offline":
                OfflineBench.Measure(matrix, seed);
                break;
            case "cost":
                CostBench.Measure(matrix, seed);
                break;
            case "online":
                OnlineBench.Measure(matrix, seed);
                break;
            case "miners":
                MinersBench.Measure(matrix, MinerMix.From(arguments), seed, new());
                break;
            case "vote":
                VoteBench.Measure(matrix, seed);
                break;
            case "same":
                SameBench.Measure(matrix, seed);
                break;
            default:
                throw new ArgumentException($"'{part}' is not a part of one matrix.");
        }
    }

    private static bool IsWanted(string pool, IReadOnlyList<string> pools) => pools.Count == 0 || pools.Contains(pool);

    private static void Hedge(string folder, int seed)
    {
        if (LatencyFile.Read(folder) is { Count: > 1 } providers)
        {
            HedgeBench.Measure(providers, seed);
        }
    }

    private static string Need(Arguments arguments, string name) =>
        arguments.Text(name) ?? throw new ArgumentException($"{name} is needed. --help lists the options.");
}
