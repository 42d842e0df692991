namespace Gateway.Router.Gating;

/// <summary>The record of every miner ever seen, by its number. Who comes back finds its record; who re-registered does
/// not.</summary>
internal sealed class MinerTable(Guid incarnation, ForwardDecay decay)
{
    // Before anything was asked of it: most miners answer nearly always, and two failures are worth a suspicion.
    private const double ReachPrior = 0.95;
    private const double ReachWeight = 2;

    private const int FirstAnswers = 4;

    private readonly Dictionary<MinerKey, int> _numbers = [];
    private readonly Dictionary<string, int> _operators = [];
    private readonly List<MinerRecord> _records = [];

    /// <summary>Y and E of every miner.</summary>
    internal ReplicatedSums Integrity { get; } = new(incarnation, decay);

    /// <summary>Y and E of every miner's first few answers.</summary>
    internal ReplicatedSums First { get; } = new(incarnation, decay);

    /// <summary>What miners' neighbours turned out to be.</summary>
    internal Neighbourhoods Neighbours { get; } = new();

    /// <summary>Attempts of every miner, and how many were answered.</summary>
    internal ReplicatedSums Reach { get; } = new(incarnation, decay);

    /// <summary>How many were ever seen.</summary>
    internal int Count => _records.Count;

    /// <summary>A miner by its number.</summary>
    internal MinerRecord this[int miner] => _records[miner];

    /// <summary>The number of a miner; given at first sight and kept.</summary>
    internal int NumberOf(MinerFacts facts, int model)
    {
        if (!_numbers.TryGetValue(facts.Key, out var number))
        {
            _numbers[facts.Key] = number = _records.Count;
            _records.Add(new(facts, model));
            Integrity.Grow(Count);
            Reach.Grow(Count);
            First.Grow(Count);
        }

        _records[number].Facts = facts;
        _records[number].Operator = OperatorOf(facts.Operator);
        return number;
    }

    /// <summary>The number of a miner that may not be there now; given at first sight and kept.</summary>
    internal int NumberOf(MinerKey key, int model) => _numbers.TryGetValue(key, out var number)
        ? number
        : NumberOf(new MinerFacts(key, key.Hotkey, null, 0, 0), model);

    /// <summary>The share of attempts that a miner answers, and how far that is in doubt.</summary>
    internal (double Share, double Doubt) Answers(int miner, double scale)
    {
        var own = Reach[miner] * (1 / scale);
        var prior = _records[miner].Facts.IsTrusted ? 1 : ReachPrior;
        var weight = ReachWeight + own.Weight;
        var share = ((ReachWeight * prior) + own.Result) / weight;
        return (share, Math.Sqrt(share * (1 - share) / (weight + 1)));
    }

    /// <summary>What a miner's answers lose of their worth because some do not come: nothing as long as it answers as
    /// often as most.</summary>
    internal double ReachFactor(int miner, double scale) =>
        Math.Min(1, Answers(miner, scale).Share / (_records[miner].Facts.IsTrusted ? 1 : ReachPrior));

    /// <summary>h of a miner: its record and its prior.</summary>
    internal double Estimate(int miner, double priorWeight, double scale) =>
        Estimate(miner, Neighbours.Prior(_records[miner], First[miner], scale), priorWeight, scale);

    /// <summary>h by its own record and the chain alone, whatever its neighbours are.</summary>
    internal double OwnEstimate(int miner, double priorWeight, double scale) =>
        Estimate(miner, _records[miner].Prior, priorWeight, scale);

    /// <summary>Adds a judged answer.</summary>
    internal void Add(int miner, Sums sums)
    {
        var record = _records[miner];
        Integrity.Add(miner, sums);
        if (record.Judged++ < FirstAnswers)
        {
            First.Add(miner, sums);
            Neighbours.Add(record, sums);
        }
    }

    /// <summary>Finds neighbours anew: somebody came, went, moved in the chain's order, or another run's rows did.
    /// </summary>
    /// <param name="present">Who is there.</param>
    internal void Settle(int[] present)
    {
        Neighbours.Clear();
        _records.ForEach(static record => record.Place = -1);
        foreach (var miner in present)
        {
            Neighbours.Settle(_records[miner], First[miner]);
        }
    }

    /// <summary>Leaves only what was seen here.</summary>
    internal void ForgetOthers()
    {
        Integrity.ForgetOthers();
        Reach.ForgetOthers();
        First.ForgetOthers();
    }

    /// <summary>After the landmark moved.</summary>
    internal void Scale(double factor)
    {
        Integrity.Scale(factor);
        Reach.Scale(factor);
        First.Scale(factor);
        Neighbours.Scale(factor);
    }

    private double Estimate(int miner, double prior, double priorWeight, double scale)
    {
        var own = Integrity[miner] * (1 / scale);
        return ((priorWeight * prior) + own.Result) / (priorWeight + own.Weight);
    }

    private int OperatorOf(string name)
    {
        if (!_operators.TryGetValue(name, out var number))
        {
            _operators[name] = number = _operators.Count;
        }

        return number;
    }
}

/// <summary>What is kept of one miner beside its sums.</summary>
/// <param name="facts">What it says of itself.</param>
/// <param name="model">The number of the model it claims.</param>
internal sealed class MinerRecord(MinerFacts facts, int model)
{
    internal MinerFacts Facts { get; set; } = facts;

    internal int Model { get; } = model;

    /// <summary>Keys the draw.</summary>
    internal ulong KeyHash { get; } = StableHash.Of(facts.Key);

    /// <summary>A number for the operator, the same for all its miners.</summary>
    internal int Operator { get; set; }

    /// <summary>Where its neighbours' first answers are counted; -1 while it is not there.</summary>
    internal int Place { get; set; } = -1;

    /// <summary>h0, from the chain.</summary>
    internal double Prior { get; set; } = ChainPrior.Unknown;

    /// <summary>The change detector's sum.</summary>
    internal double Disappointment { get; set; }

    /// <summary>Outcomes that somebody judged, without forgetting.</summary>
    internal int Judged { get; set; }
}
