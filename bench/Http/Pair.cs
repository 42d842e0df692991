using System.Text.Json.Nodes;

namespace Gateway.Bench.Http;

/// <summary>Two loads in turn, ours and the bare one's, and what their difference says.</summary>
internal sealed class Pair(Load ours, Load bare, LoadKind kind)
{
    private static readonly double[] Percentiles = [50, 99];

    private readonly JsonNode _kind = JsonValue.Create(kind == LoadKind.Stream ? "stream" : "json");

    public async Task MeasureAsync(int rounds, TimeSpan duration, int connections, TimeSpan warmUp)
    {
        await ours.WarmUpAsync(connections, warmUp);
        await bare.WarmUpAsync(connections, warmUp);
        await MeasureAsync(rounds, duration, 1);
        var busy = await MeasureAsync(rounds, duration, connections);
        var ratios = busy.Select(round => round.Ours.RequestsPerSecond / round.Bare.RequestsPerSecond).ToList();
        Write("http.throughput_ratio", Measures.Median(ratios), "1", ("connections", connections));
        Write("http.throughput_ratio_min", ratios.Min(), "1", ("connections", connections));
        Write("http.throughput_ratio_max", ratios.Max(), "1", ("connections", connections));
        WriteServer("gateway", busy.ConvertAll(round => round.Ours), connections);
        WriteServer("yarp", busy.ConvertAll(round => round.Bare), connections);
    }

    private async Task<List<(LoadResult Ours, LoadResult Bare)>> MeasureAsync(
        int rounds, TimeSpan duration, int connections)
    {
        var results = new List<(LoadResult Ours, LoadResult Bare)>();
        for (var round = 0; round < rounds; round++)
        {
            results.Add((await ours.RunAsync(connections, duration), await bare.RunAsync(connections, duration)));
        }

        foreach (var percent in Percentiles)
        {
            var added = results.Select(round =>
                Measures.Percentile(round.Ours.Latencies, percent)
                - Measures.Percentile(round.Bare.Latencies, percent));
            Write("http.added_ms", Measures.Median(added), "ms", ("percentile", percent), ("connections", connections));
        }

        return results;
    }

    private void WriteServer(string target, List<LoadResult> rounds, int connections)
    {
        Write("http.requests_per_s", Measures.Median(rounds.Select(round => round.RequestsPerSecond)), "1/s",
            ("target", target), ("connections", connections));
        Write("http.cpu_us_per_request", Measures.Median(rounds.Select(round => round.CpuMicros)), "us",
            ("target", target), ("connections", connections));
    }

    private void Write(
        string measure, double value, string unit, params ReadOnlySpan<(string Name, JsonNode Value)> labels) =>
        Measures.Write(measure, value, unit, [.. labels, ("answer", _kind.DeepClone())]);
}
