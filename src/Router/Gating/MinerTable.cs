namespace Gateway.Router.Gating;

/// <summary>The record of every miner ever seen, by its number. Who comes back finds its record; who re-registered does
/// not.</summary>
internal sealed class MinerTable(Guid incarnation, ForwardDecay decay)
{
    private readonly Dictionary<MinerKey, int> _numbers = [];
    private readonly Dictionary<string, int> _operators = [];
    private readonly List<MinerRecord> _records = [];

    /// <summary>Y and E of every miner.</summary>
    internal ReplicatedSums Integrity { get; } = new(incarnation, decay);

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
        }

        _records[number].Facts = facts;
        _records[number].Operator = OperatorOf(facts.Operator);
        return number;
    }

    /// <summary>The number of a miner that may not be there now; given at first sight and kept.</summary>
    internal int NumberOf(MinerKey key, int model) => _numbers.TryGetValue(key, out var number)
        ? number
        : NumberOf(new MinerFacts(key, key.Hotkey, null, 0, 0), model);

    private int OperatorOf(string name)
    {
        if (!_operators.TryGetValue(name, out var number))
        {
            _operators[name] = number = _operators.Count;
        }

        return number;
    }

    /// <summary>h of a miner: its record and its prior.</summary>
    internal double Estimate(int miner, double priorWeight, double scale)
    {
        var own = Integrity[miner] * (1 / scale);
        return ((priorWeight * _records[miner].Prior) + own.Result) / (priorWeight + own.Weight);
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

    /// <summary>h0, from the chain.</summary>
    internal double Prior { get; set; } = ChainPrior.Unknown;

    /// <summary>The change detector's sum.</summary>
    internal double Disappointment { get; set; }

    /// <summary>Outcomes that somebody judged, without forgetting.</summary>
    internal int Judged { get; set; }
}
