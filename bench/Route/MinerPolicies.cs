using Gateway.Router.Gating;

namespace Gateway.Bench.Route;

/// <summary>Who answers a request. A policy hears of the outcome of its own choices only.</summary>
internal interface IMinerPolicy
{
    public int Choose(int request, bool[] isBusy);

    public void Learn(int request, int miner, double reward);
}

/// <summary>Any free miner.</summary>
internal sealed class RandomPolicy(MinerWorld world, int seed) : IMinerPolicy
{
    private readonly Random _random = new(seed);

    public int Choose(int request, bool[] isBusy)
    {
        int miner;
        do
        {
            miner = _random.Next(world.Miners.Count);
        }
        while (isBusy[miner]);

        return miner;
    }

    public void Learn(int request, int miner, double reward)
    {
    }
}

/// <summary>Knows the model really served, the kind of work and the failure rate of everybody.</summary>
internal sealed class ClairvoyantPolicy(MinerWorld world) : IMinerPolicy
{
    private readonly double[][] _means = world.ClusterMeans();

    public int Choose(int request, bool[] isBusy)
    {
        var (best, worth) = (-1, double.NegativeInfinity);
        for (var miner = 0; miner < isBusy.Length; miner++)
        {
            var expected = world.Expected(_means, miner, request);
            if (!isBusy[miner] && expected > worth)
            {
                (best, worth) = (miner, expected);
            }
        }

        return best;
    }

    public void Learn(int request, int miner, double reward)
    {
    }
}

/// <summary>The product's gate.</summary>
internal sealed class GatePolicy : IMinerPolicy
{
    private const int LateRequests = 200;
    private const double WrongShare = 0.05;

    private readonly MinerWorld _world;
    private readonly GateBook _book;
    private readonly GateScratch _scratch = new();
    private readonly Queue<(int Due, GateOutcome Outcome)> _late = new();
    private readonly Random _judge;
    private readonly ulong _seed;
    private GateSnapshot _snapshot;
    private readonly LiveView _live;
    private GateDecision _last;

    public GatePolicy(MinerWorld world, int seed, GateSettings settings)
    {
        _world = world;
        _seed = (ulong)seed << 32;
        _judge = new(seed);
        _book = new(settings, Guid.Empty) { Clusters = world.Clusters };
        _book.SetMiners(world.Facts());
        _snapshot = _book.Publish(0);
        _live = LiveView.Idle(_snapshot.Count);
    }

    public int Choose(int request, bool[] isBusy)
    {
        for (var slot = 0; slot < _snapshot.Count; slot++)
        {
            _live.Bars[slot] = isBusy[_snapshot.Miners[slot]] ? float.NegativeInfinity : 0;
        }

        var query = new GateQuery(
            _seed + (ulong)request, _world.MixOf(request), Tradeoff.QualityOnly, 0, 0, MayExplore: true);
        _last = Scorer.Decide(_snapshot, query, _live, _scratch);
        return _snapshot.Miners[_last.Slot];
    }

    public void Learn(int request, int miner, double reward)
    {
        var now = MinerWorld.Time(request);
        var answered = _world.Answers(miner, request);
        _book.Learn(new GateReach(miner, answered, now), now);
        if (answered)
        {
            Judge(request, new(miner, _world.MixOf(request), reward, LabelWeight.Checked, _last.Expected, now));
        }

        Apply(request);
    }

    private void Judge(int request, in GateOutcome outcome)
    {
        if (_world.Mix.Labels >= 1)
        {
            _late.Enqueue((request, outcome));
        }
        else if (_judge.NextDouble() < _world.Mix.Labels)
        {
            var isWrong = _judge.NextDouble() < WrongShare;
            _late.Enqueue((
                request + LateRequests, outcome with { Result = isWrong ? 1 - outcome.Result : outcome.Result }));
        }
    }

    private void Apply(int request)
    {
        var any = true;
        for (var left = _late.Count; left > 0; left--)
        {
            var (due, outcome) = _late.Dequeue();
            if (due > request)
            {
                _late.Enqueue((due, outcome));
                continue;
            }

            _book.Apply(outcome, MinerWorld.Time(request));
            any = true;
        }

        _snapshot = any ? _book.Publish(MinerWorld.Time(request)) : _snapshot;
    }
}
