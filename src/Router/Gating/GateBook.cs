using Gateway.Router.Storage;
using Gateway.Router.Tasks;

namespace Gateway.Router.Gating;

/// <summary>All that the gate has learned. One thread owns it; everybody else reads the snapshots it makes.</summary>
internal sealed class GateBook
{
    // A miner's failure says less about the model it claims while the miner is unknown, and nearly nothing once it
    // looks like a cheat: cheats must not teach us about models.
    private const double NewcomerTrust = 0.6;
    private const double CheatTrust = 0.05;
    private const double NewcomerEvidence = 4;
    internal const double HonestRatio = 0.75;

    private readonly GateSettings _settings;
    private readonly ForwardDecay _decay;
    private readonly Unrest _unrest = new();
    private int[] _present = [];
    private long _version;

    /// <param name="settings">The constants.</param>
    /// <param name="incarnation">This run of this replica; names its share of the sums.</param>
    internal GateBook(GateSettings settings, Guid incarnation)
    {
        _settings = settings;
        Incarnation = incarnation;
        TrustsClusters = settings.TrustClusters;
        _decay = new(settings.HalfLife);
        Models = new(settings, incarnation, _decay);
        Miners = new(incarnation, _decay);
    }

    internal Guid Incarnation { get; }

    internal double HalfLife => _settings.HalfLife;

    /// <summary>What sums are divided by when they are read at that moment.</summary>
    internal double Scale(double now) => _decay.At(now);

    internal CapabilityTable Models { get; }

    internal MinerTable Miners { get; }

    /// <summary>The kinds of work in force.</summary>
    internal TaskClusters Clusters { get; set; } = TaskClusters.None;

    /// <summary>Whether scores by cluster decide; see <see cref="ClusterTrial"/>.</summary>
    internal bool TrustsClusters { get; set; }

    /// <summary>The lens in force, if any was fitted.</summary>
    internal FittedLens? Lens { get; set; }

    /// <summary>Miners left out since their own numbers are nonsense.</summary>
    internal int Masked { get; private set; }

    /// <summary>Outcomes refused since their numbers are nonsense.</summary>
    internal int Refused { get; private set; }

    /// <summary>Says who is there now; whoever is not in the list is not routed to, and keeps its record.</summary>
    /// <returns>The number of each sane miner of the list, -1 for a masked one.</returns>
    internal int[] SetMiners(IReadOnlyList<MinerFacts> miners)
    {
        var priors = ChainPrior.Of(miners);
        var numbers = new int[miners.Count];
        for (var i = 0; i < numbers.Length; i++)
        {
            numbers[i] = miners[i].IsSane ? Admit(miners[i], priors[i]) : -1;
        }

        _present = [.. numbers.Where(static number => number >= 0).Distinct()
            .OrderBy(number => Miners[number].Model).ThenBy(static number => number)];
        Masked = numbers.Count(static number => number < 0);
        Miners.Settle(_present);
        return numbers;
    }

    /// <summary>Learns from one outcome.</summary>
    /// <param name="outcome">A nonsensical one is counted and changes nothing.</param>
    /// <param name="now">The owner's clock, in seconds.</param>
    /// <returns>Whether the miner has changed for the worse and should be probed at once.</returns>
    internal bool Apply(in GateOutcome outcome, double now)
    {
        if (!outcome.IsSane || outcome.Miner < 0 || outcome.Miner >= Miners.Count)
        {
            Refused++;
            return false;
        }

        Advance(now);
        var scale = _decay.At(now);
        var record = Miners[outcome.Miner];
        var integrity = Miners.Estimate(outcome.Miner, _settings.PriorWeight, scale);
        var weight = outcome.Label * _decay.Weight(outcome.Time, now);
        Miners.Add(outcome.Miner, new(weight * outcome.Result, weight * outcome.Expected));
        var trust = Trust(record, Miners.Integrity[outcome.Miner] * (1 / scale))
            * ChangeDetector.Unchanged(record.Disappointment);
        Models.Add(record.Model, outcome.Mix, outcome.Result, weight * trust);
        return !record.Facts.IsTrusted && Watch(outcome, record, integrity, scale);
    }

    /// <summary>Learns whether a miner answered.</summary>
    /// <param name="reach">A nonsensical one is counted and changes nothing.</param>
    /// <param name="now">The owner's clock, in seconds.</param>
    internal void Learn(in GateReach reach, double now)
    {
        if (!double.IsFinite(reach.Time) || reach.Miner < 0 || reach.Miner >= Miners.Count)
        {
            Refused++;
            return;
        }

        Advance(now);
        var weight = _decay.Weight(reach.Time, now);
        Miners.Reach.Add(reach.Miner, new(reach.HasAnswered ? weight : 0, weight));
    }

    /// <summary>Whether a miner is there whose answers speak for the model it claims.</summary>
    internal bool IsBelieved(int miner, double now) => miner >= 0 && miner < Miners.Count
        && (Miners[miner].Facts.IsTrusted
            || Miners.Estimate(miner, _settings.PriorWeight, _decay.At(now)) > HonestRatio);

    /// <summary>Takes an outcome for another one: somebody has changed his mind. Nothing is counted twice.</summary>
    /// <param name="outcome">What holds now.</param>
    /// <param name="former">The result that was learned before.</param>
    /// <param name="now">The owner's clock, in seconds.</param>
    internal void Correct(in GateOutcome outcome, double former, double now)
    {
        if (!outcome.IsSane || former is not (>= 0 and <= 1) || outcome.Miner < 0 || outcome.Miner >= Miners.Count)
        {
            Refused++;
            return;
        }

        Advance(now);
        var change = outcome.Label * _decay.Weight(outcome.Time, now) * (outcome.Result - former);
        Miners.Integrity.Add(outcome.Miner, new(change, 0));
        Models.Correct(Miners[outcome.Miner].Model, outcome.Mix, change);
    }

    /// <summary>Takes in what other runs have learned.</summary>
    /// <param name="rows">Their rows.</param>
    /// <param name="isAll">Whether nothing else of others is to be known any more.</param>
    internal void Merge(IReadOnlyList<NamedRow> rows, bool isAll)
    {
        if (isAll)
        {
            Models.BySubnet.ForgetOthers();
            Models.ByModel.ForgetOthers();
            Models.ByCluster.ForgetOthers();
            Miners.ForgetOthers();
        }

        GateRows.Merge(this, rows);
        Miners.Settle(_present);
    }

    /// <summary>Takes in another run's record of a miner, known or not.</summary>
    internal void Remember(MinerKey key, SumRow row)
    {
        var miner = NumberOf(key);
        Miners.Integrity.Merge(row with { Index = miner });

        // Somebody else's judgements count as many outcomes as they weigh.
        var weight = Miners.Integrity[miner].Weight / _decay.At(row.Landmark);
        Miners[miner].Judged = Math.Max(Miners[miner].Judged, (int)Math.Min(weight, int.MaxValue));
    }

    /// <summary>Takes in how often a miner answered another run.</summary>
    internal void RememberReach(MinerKey key, SumRow row) => Miners.Reach.Merge(row with { Index = NumberOf(key) });

    /// <summary>Takes in what a miner's first answers to another run were worth.</summary>
    internal void RememberFirst(MinerKey key, SumRow row) => Miners.First.Merge(row with { Index = NumberOf(key) });

    /// <summary>An immutable view of everything for deciding.</summary>
    internal GateSnapshot Publish(double now)
    {
        Advance(now);
        return new SnapshotBuilder(this, _settings, _decay.At(now)).Build(_present, ++_version);
    }

    private int NumberOf(MinerKey key) => Miners.NumberOf(key, Models.ModelOf(key.NetUid, key.Model));

    private int Admit(MinerFacts facts, double prior)
    {
        var number = Miners.NumberOf(facts, Models.ModelOf(facts.Key.NetUid, facts.Key.Model));
        Miners[number].Prior = prior;
        return number;
    }

    private static double Trust(MinerRecord record, Sums integrity)
    {
        if (record.Facts.IsTrusted)
        {
            return 1;
        }

        if (integrity.Weight < NewcomerEvidence)
        {
            return NewcomerTrust;
        }

        return integrity.Result / integrity.Weight > HonestRatio ? 1 : CheatTrust;
    }

    private bool Watch(in GateOutcome outcome, MinerRecord record, double integrity, double scale)
    {
        record.Disappointment = ChangeDetector.Next(record.Disappointment, outcome, integrity);
        var now = Miners.Integrity[outcome.Miner] * (1 / scale);
        _unrest.Pass(ChangeDetector.Expected(outcome, integrity), outcome.Result, outcome.Label);
        if (!ChangeDetector.IsAlarm(record.Disappointment, now.Weight, _unrest.Threshold))
        {
            return false;
        }

        _unrest.Alarm();
        Miners.Integrity.Restart(outcome.Miner, ChangeDetector.Reset(now) * scale);
        record.Disappointment = 0;
        return true;
    }

    private void Advance(double now)
    {
        var factor = _decay.Advance(now);
        if (factor < 1)
        {
            Models.Scale(factor);
            Miners.Scale(factor);
        }
    }
}
