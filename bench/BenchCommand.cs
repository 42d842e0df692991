using Gateway.Bench.Fuzz;
using Gateway.Bench.Http;
using Gateway.Bench.Ledger;
using Gateway.Bench.Route;
using Gateway.Bench.Simulation;

namespace Gateway.Bench;

/// <summary>Chooses the benchmark by its name.</summary>
internal static class BenchCommand
{
    private const int UsageError = 2;

    private const string Help = """
        Benchmarks of the gateway. Each prints one JSON line of the machine's facts, then one line per measure.

        Usage: dotnet run -c Release --project bench -- BENCHMARK [OPTIONS]

        Benchmarks
          http [--rounds N] [--seconds S] [--connections C] [--with SETTINGS]
              The gateway beside bare YARP, both in front of the same mock expert, in turn, N rounds of S seconds
              each (defaults 5, 3, 32). http.throughput_ratio is gateway / YARP (1 = free); http.added_ms is what the
              gateway adds to YARP's latency at 1 connection and at C; http.cpu_us_per_request is what each server
              itself computes, the figure that a busy machine moves least. SETTINGS go to the gateway, separated by
              blanks, such as "Gateway:Billing:Durability=Strict".
          ledger [--rounds N] [--records N]
              A hold and its end in memory, the journal, applying N records (default 200000) to SQLite and to a
              PostgreSQL of its own, and one guarded SQL update a request beside them.
          simulate [--requests N] [--seed S] [--threads T] [--trace 1]
              The money simulator: the real ledger under crashes, lost disks, lost answers, books set back, clocks that
              jump. Seeds S, S+1, ... of 100000 requests each until N were asked; --seed S alone replays one run, with
              --trace 1 telling each fault. A violation prints its seed and step, and the exit code is 1.
          fuzz [--requests N] [--seed S] [--workers W] [--first K]
              N requests (default 100000) with faults in body, head, chunks and manners at a gateway of its own over
              real sockets: no 500, no request without an end, no charge without an answer, memory flat. --first K
              begins at request K of the seed. A broken promise is printed with its request; then the exit code is 1.
          route --data DIR [--part P] [--pool NAME]... [--first S] [--seeds N] [--drop MODEL]...
              The gate on every *.jsonl.gz of DIR (models by prompts, format in docs/routing.md), or only on the pools
              named. Parts: offline, cost, online, miners, hedge, vote, same, time; all of them without --part. Seeds S
              to S + N - 1 (default 1 to 3). A malformed file is named and left out, and the exit code is 2. For miners
              also: --miners N --requests N --lazy X --flaky X --drift X --labels X --bought X (defaults 1024, 40000,
              .15, .10, .30, 1, 0).
          route --fit FILE --ask FILE --decisions OUT [--drop MODEL]...
              Fits on one file, decides on another, whose scores may be missing: {"id","choice","p"} a line.
          route --stdio
              The gate itself: lines of JSON with miners, requests and outcomes in, decisions out.

        """;

    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Length == 0 || args[0] is "--help" or "-h")
        {
            Console.Write(Help);
            return 0;
        }

        return args[0] switch
        {
            "http" => await HttpBench.RunAsync(Arguments.Parse(args[1..])),
            "simulate" => await SimulateBench.RunAsync(Arguments.Parse(args[1..])),
            "fuzz" => await FuzzBench.RunAsync(Arguments.Parse(args[1..])),
            "route" => RouteBench.Run(args[1..]),
            "ledger" => await LedgerBench.RunAsync(Arguments.Parse(args[1..])),
            JournalBench.Role => await JournalBench.RunAsync(Arguments.Parse(args[1..])),

            // The two servers that the http benchmark starts as processes of their own.
            MockExpert.Role => await MockExpert.ServeAsync(args[1]),
            BareYarp.Role => await BareYarp.ServeAsync(args[1], args[2]),
            _ => await UnknownAsync(args[0]),
        };
    }

    private static async Task<int> UnknownAsync(string name)
    {
        await Console.Error.WriteLineAsync($"'{name}' is not a benchmark. --help lists them.");
        return UsageError;
    }
}
