using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Router.Gating;
using Gateway.Router.Load;
using Gateway.Router.Tasks;

namespace Gateway.Bench.Route;

/// <summary>The real gate, driven from outside by lines of JSON: miners, requests, outcomes, in virtual time. A miner's
/// price is in USD per million tokens.</summary>
internal sealed class StdioGate
{
    private const double ExpectedTokens = 256;
    private const double CharactersPerToken = 4;
    private const double PerMillion = 1e6;
    private const double SlowFactor = 3;
    private const double LeastLatencies = 3;

    private readonly GateBook _book = new(new(), Guid.Empty);
    private readonly GateScratch _scratch = new();
    private readonly PromptReservoir _reservoir = new(1);
    private readonly Dictionary<int, string> _idOf = [];
    private readonly Dictionary<int, ConcurrencyLimit> _limits = [];
    private readonly Dictionary<int, LatencyHistogram> _firstTokens = [];
    private readonly Dictionary<string, Asked> _asked = [];
    private GateSnapshot _snapshot;
    private LiveView _live = LiveView.Idle(0);
    private double _now;
    private bool _isStale;

    private StdioGate() => _snapshot = _book.Publish(0);

    private sealed record Asked(int Miner, TaskMix Mix, float Expected);

    /// <summary>Answers until the input ends; a line that makes no sense is told and passed over.</summary>
    /// <returns>0, or 2 when a line was passed over.</returns>
    public static int Run(TextReader input, TextWriter output, TextWriter errors)
    {
        var gate = new StdioGate();
        var (number, wrong) = (0, 0);
        while (input.ReadLine() is { } line)
        {
            number++;
            try
            {
                if (line.Length > 0 && gate.Take(JsonNode.Parse(line)!) is { } answer)
                {
                    output.WriteLine(answer.ToJsonString());
                    output.Flush();
                }
            }
            catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
            {
                errors.WriteLine($"line {number}: {error.Message}");
                wrong++;
            }
        }

        return wrong == 0 ? 0 : 2;
    }

    private JsonObject? Take(JsonNode line)
    {
        if (line["miners"] is JsonArray miners)
        {
            SetMiners(miners);
            return null;
        }

        if (line["outcome"] is { } outcome)
        {
            Learn(outcome);
            return null;
        }

        return Decide(line["request"] ?? throw new FormatException("neither miners, request nor outcome"));
    }

    private void SetMiners(JsonArray miners)
    {
        var facts = miners.Select(miner => Facts(miner!)).ToArray();
        var numbers = _book.SetMiners(facts);
        for (var i = 0; i < numbers.Length; i++)
        {
            _idOf[numbers[i]] = facts[i].Key.Hotkey;
            _limits.TryAdd(numbers[i], new());
            _firstTokens.TryAdd(numbers[i], new());
        }

        _isStale = true;
    }

    private static MinerFacts Facts(JsonNode miner)
    {
        var price = (Number(miner["price"]) ?? 0) / PerMillion;
        var id = miner["id"]?.ToString() ?? throw new FormatException("a miner without id");
        return new(
            new((int)(Number(miner["netuid"]) ?? 1), id, 0, miner["model"]?.ToString() ?? ""),
            miner["operator"]?.ToString() ?? id, Number(miner["incentive"]), price, price);
    }

    private JsonObject Decide(JsonNode request)
    {
        var started = Stopwatch.GetTimestamp();
        Refresh(Number(request["t"]) ?? _now);
        var (id, prompt) = (request["id"]?.ToString() ?? "", request["prompt"]?.ToString() ?? "");
        var mix = PromptReader.Read(_snapshot, prompt, Tradeoff.Usual, _scratch);
        var query = new GateQuery(
            StableHash.Of(id), mix, Tradeoff.Usual, (float)(prompt.Length / CharactersPerToken),
            (float)ExpectedTokens, MayExplore: true);
        var decision = Scorer.Decide(_snapshot, query, _live, _scratch);
        var micros = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
        _reservoir.Offer(_scratch.Features);
        Recluster();
        return decision.Slot < 0
            ? new() { ["id"] = id, ["choice"] = null, ["propensity"] = 0, ["us"] = micros }
            : Answer(id, mix, decision, micros);
    }

    private JsonObject Answer(string id, in TaskMix mix, in GateDecision decision, double micros)
    {
        var miner = _snapshot.Miners[decision.Slot];
        _limits[miner].Begin();
        Show(decision.Slot);
        _asked[id] = new(miner, mix, decision.Expected);
        var isNewcomer = Array.IndexOf(_snapshot.Newcomers, decision.Slot) >= 0;
        return new()
        {
            ["id"] = id,
            ["choice"] = _idOf[miner],
            ["propensity"] = Propensity.Of(decision, decision.Slot, _snapshot.ExploreShare, isNewcomer),
            ["us"] = micros,
        };
    }

    private void Learn(JsonNode outcome)
    {
        if (!_asked.Remove(outcome["id"]?.ToString() ?? "", out var asked))
        {
            throw new FormatException("an outcome of no request");
        }

        var isFine = outcome["ok"] is not { } ok || ok.GetValue<bool>();
        _book.Learn(new GateReach(asked.Miner, isFine, _now), _now);
        if (isFine && Number(outcome["y"]) is { } judged)
        {
            _book.Apply(new(asked.Miner, asked.Mix, judged, LabelWeight.Checked, asked.Expected, _now), _now);
        }

        _limits[asked.Miner].End(isTrouble: !isFine || IsSlow(asked.Miner, Number(outcome["ttft_ms"])));
        _isStale = true;
    }

    private bool IsSlow(int miner, double? milliseconds)
    {
        var known = _firstTokens[miner];
        var isSlow = milliseconds / 1000 > SlowFactor * known.Quantile(0.5);
        known.Add(milliseconds / 1000 ?? double.NaN);
        return isSlow;
    }

    private void Recluster()
    {
        if (ClusterSchedule.IsDue(_reservoir.Seen))
        {
            _book.Clusters = _reservoir.Fit(_book.Clusters, (ulong)_reservoir.Seen);
            _isStale = true;
        }
    }

    private void Refresh(double now)
    {
        _now = Math.Max(_now, now);
        if (!_isStale)
        {
            return;
        }

        _snapshot = _book.Publish(_now);
        _live = _live.Loads.Length == _snapshot.Count ? _live : LiveView.Idle(_snapshot.Count);
        for (var slot = 0; slot < _snapshot.Count; slot++)
        {
            Show(slot);
        }

        _isStale = false;
    }

    private void Show(int slot)
    {
        var limit = _limits[_snapshot.Miners[slot]];
        var known = _firstTokens[_snapshot.Miners[slot]];
        _live.Seconds[slot] = known.Count >= LeastLatencies ? (float)known.Quantile(0.5) : 0;
        _live.Loads[slot] = (float)limit.Load;
        _live.Bars[slot] = limit.HasRoom ? 0 : float.NegativeInfinity;
    }

    private static double? Number(JsonNode? node) =>
        node is null ? null : node.GetValueKind() == JsonValueKind.Number ? node.GetValue<double>() : double.NaN;
}
