using System.Diagnostics;
using Gateway.Router.Gating;
using Gateway.Router.Gating.Fitting;
using Gateway.Router.Tasks;

namespace Gateway.Bench.Route;

/// <summary>What a decision costs: reading the prompt, the lens, scoring every candidate, drawing.</summary>
internal static class TimeBench
{
    private const int Models = 24;
    private const int Warmup = 3000;
    private const int Decisions = 20_000;
    private const int Updates = 500_000;
    private const int PromptCharacters = 1024;

    private static readonly int[] Sizes = [256, 1024, 4096, 16384];
    private static readonly double[] Percentiles = [50, 99, 99.9];

    public static void Measure(IReadOnlyList<Matrix> matrices)
    {
        var prompts = Prompts(matrices);
        foreach (var size in Sizes)
        {
            var book = Book(size, prompts);
            book.Lens = new(Lens(book.Clusters, prompts), [.. Enumerable.Range(0, Models)]);
            Decide(book.Publish(0), prompts, size);
        }

        Update(Book(Sizes[1], prompts));
    }

    private static void Decide(GateSnapshot snapshot, string[] prompts, int size)
    {
        var scratch = new GateScratch();
        var live = LiveView.Idle(size);
        for (var i = 0; i < Warmup; i++)
        {
            One(snapshot, prompts, scratch, live, i);
        }

        var micros = new double[Decisions];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Decisions; i++)
        {
            var started = Stopwatch.GetTimestamp();
            One(snapshot, prompts, scratch, live, i);
            micros[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        }

        var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        Array.Sort(micros);
        foreach (var percent in Percentiles)
        {
            Measures.Write("route.decision_us", Measures.Percentile(micros, percent), "us",
                ("percentile", percent), ("candidates", size));
        }

        Measures.Write("route.alloc_bytes", (double)bytes / Decisions, "B", ("candidates", size));
    }

    private static void One(GateSnapshot snapshot, string[] prompts, GateScratch scratch, LiveView live, int i)
    {
        var mix = PromptReader.Read(snapshot, prompts[i % prompts.Length], Tradeoff.Usual, scratch);
        var query = new GateQuery((ulong)i, mix, Tradeoff.Usual, 300, 300, MayExplore: true);
        Scorer.Decide(snapshot, query, live, scratch);
    }

    private static void Update(GateBook book)
    {
        var random = new Random(1);
        var outcomes = Enumerable.Range(0, 4096).Select(i => new GateOutcome(
            random.Next(book.Miners.Count), TaskMix.Of(random.Next(TaskClusters.Most)), random.NextDouble(), 1, 0.5, i))
            .ToArray();
        for (var i = 0; i < outcomes.Length; i++)
        {
            book.Apply(outcomes[i], i);
        }

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Updates; i++)
        {
            book.Apply(outcomes[i % outcomes.Length], outcomes.Length);
        }

        Measures.Write("route.updates_per_s", Updates / Stopwatch.GetElapsedTime(started).TotalSeconds, "1/s");
    }

    private static GateBook Book(int miners, string[] prompts)
    {
        var random = new Random(2);
        var reservoir = new PromptReservoir(1);
        var buffer = new FeatureBuffer();
        foreach (var prompt in prompts)
        {
            FeatureHasher.Count(prompt, buffer);
            reservoir.Offer(buffer);
        }

        var book = new GateBook(new(), Guid.Empty) { Clusters = reservoir.Fit(TaskClusters.None, 1) };
        book.SetMiners([.. Enumerable.Range(0, miners).Select(i => new MinerFacts(
            new(1, $"miner{i}", 0, $"model{i % Models}"), $"operator{i}", random.NextDouble(), 1e-6, 2e-6))]);
        for (var i = 0; i < miners * 20; i++)
        {
            var expected = random.NextDouble();
            book.Apply(new(i % miners, TaskMix.Of(random.Next(TaskClusters.Most)), expected, 1, expected, 0), 0);
        }

        return book;
    }

    // Every model is good at some clusters, so that the lens finds something and is looked through.
    private static Lens Lens(TaskClusters clusters, string[] prompts)
    {
        var rows = new ProbeRows(Models, clusters.Idf);
        var buffer = new FeatureBuffer();
        foreach (var prompt in prompts)
        {
            var cluster = clusters.Place(prompt, buffer) is { Count: > 0 } mix ? mix.Cluster(0) : 0;
            rows.Add(buffer, [.. Enumerable.Range(0, Models).Select(model => model == cluster % Models ? 1f : 0)]);
        }

        var lens = LensFit.Fit(rows, 1);
        return lens.Calibrated != default
            ? lens
            : throw new InvalidDataException("The prompts are too few or too alike to time the lens.");
    }

    // Prompts of the matrices, brought to one KB each, or invented words when there are none.
    private static string[] Prompts(IReadOnlyList<Matrix> matrices)
    {
        var texts = matrices.SelectMany(matrix => matrix.Rows.Take(512 / matrices.Count)).Select(row => row.Prompt)
            .Where(prompt => prompt.Length > 0).ToArray();
        texts = texts.Length > 0 ? texts : ["The quick brown fox adds 17 to 25 and jumps over a lazy dog. "];
        return [.. texts.Select(text =>
            string.Concat(Enumerable.Repeat(text + ' ', (PromptCharacters / text.Length) + 1))[..PromptCharacters])];
    }
}
