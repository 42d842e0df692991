using Gateway.Router.Load;

namespace Gateway.Bench.Route;

/// <summary>Recorded latencies replayed: providers that fail or stall, ejection, then hedging.</summary>
internal static class HedgeBench
{
    private const int Requests = 200_000;
    private const double RequestsPerSecond = 20;
    private const double FailureSeconds = 30;

    private static readonly double[] Percentiles = [50, 95, 99, 99.9];

    public static void Measure(IReadOnlyList<ProviderCalls> providers, int seed)
    {
        foreach (var (policy, hedges) in new[] { ("random", false), ("gate", false), ("gate hedged", true) })
        {
            var run = new Replay(providers, seed) { Ejects = policy != "random", Hedges = hedges };
            var times = run.Play(Requests);
            Array.Sort(times);
            foreach (var percent in Percentiles)
            {
                Measures.Write("route.ttft_s", Measures.Percentile(times, percent), "s",
                    ("percentile", percent), ("policy", policy), ("seed", seed));
            }

            Measures.Write("route.extra_calls", 100.0 * run.Extra / Requests, "%",
                ("policy", policy), ("seed", seed));
        }
    }

    private sealed class Replay
    {
        // Out of this many calls one goes to anybody healthy, so that figures of the slower ones stay fresh.
        private const int RefreshEach = 50;
        private const double Slow = 5;
        private const int LeastSeen = 10;

        private readonly IReadOnlyList<ProviderCalls> _providers;
        private readonly VirtualTime _time = new();
        private readonly UpstreamLoad[] _loads;
        private readonly LatencyHistogram[] _seen;
        private readonly LatencyHistogram _ofModel = new();
        private readonly HedgePolicy _hedging = new();
        private readonly PriorityQueue<(int Provider, bool IsGood), double> _ends = new();
        private readonly Random _random;

        public Replay(IReadOnlyList<ProviderCalls> providers, int seed)
        {
            _providers = providers;
            _random = new(seed);
            _loads = [.. providers.Select(_ => new UpstreamLoad(_time))];
            _seen = [.. providers.Select(_ => new LatencyHistogram())];
        }

        public required bool Ejects { get; init; }

        public required bool Hedges { get; init; }

        public int Extra { get; private set; }

        public double[] Play(int requests)
        {
            var times = new double[requests];
            for (var request = 0; request < requests; request++)
            {
                _time.Seconds = request / RequestsPerSecond;
                Settle();
                times[request] = One();
            }

            return times;
        }

        private double One()
        {
            var first = Ejects ? Best(except: -1) : _random.Next(_providers.Count);
            _hedging.Begin(_time.Seconds);
            var delay = HedgePolicy.Delay(_seen[first], _ofModel);
            var seconds = Call(first, 0);
            if (!Hedges || seconds <= delay || !_hedging.TryHedge(_time.Seconds, load: 0, bytes: 0))
            {
                return seconds;
            }

            Extra++;
            return Math.Min(seconds, delay + Call(Best(first), delay));
        }

        // What a call teaches is known when it has ended, not when it was begun.
        private double Call(int provider, double after)
        {
            var calls = _providers[provider].FirstTokens;
            var seconds = calls[_random.Next(calls.Length)];
            var isGood = !double.IsNaN(seconds);
            seconds = isGood ? Math.Min(seconds, FailureSeconds) : FailureSeconds;
            _loads[provider].Begin();
            _ends.Enqueue((provider, isGood && seconds < FailureSeconds), _time.Seconds + after + seconds);
            if (isGood)
            {
                _seen[provider].Add(seconds);
                _ofModel.Add(seconds);
            }

            return seconds;
        }

        private void Settle()
        {
            while (_ends.TryPeek(out var end, out var at) && at <= _time.Seconds)
            {
                _ends.Dequeue();
                _loads[end.Provider].End(end.IsGood ? AttemptMark.Good : AttemptMark.Bad);
            }
        }

        // The least expected time to a first token, by its p95 since tails are what people notice.
        private int Best(int except)
        {
            var healthy = Enumerable.Range(0, _providers.Count)
                .Where(provider => provider != except && IsHealthy(provider) && !IsSlow(provider))
                .ToArray();
            if (healthy.Length == 0)
            {
                healthy = [.. Enumerable.Range(0, _providers.Count)
                    .Where(provider => provider != except && !_loads[provider].Read().Ejected)
                    .DefaultIfEmpty(except == 0 ? 1 : 0)];
            }

            return except < 0 && _random.Next(RefreshEach) == 0
                ? healthy[_random.Next(healthy.Length)]
                : healthy.MinBy(provider => _seen[provider].Count < LeastSeen ? 0 : _seen[provider].Quantile(0.95));
        }

        // A failure not yet made good by a success is no reason to give up, but to ask somebody else first.
        private bool IsHealthy(int provider) => _loads[provider].Read() is { Ejected: false, Failures: 0 };

        private bool IsSlow(int provider) => _seen[provider].Count >= LeastSeen
            && _seen[provider].Quantile(0.5) > Slow * _seen.Where(seen => seen.Count >= LeastSeen)
                .Select(seen => seen.Quantile(0.5)).Order().First();
    }
}
