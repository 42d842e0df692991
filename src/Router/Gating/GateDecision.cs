using System.Runtime.CompilerServices;

namespace Gateway.Router.Gating;

/// <summary>A candidate of the shortlist.</summary>
/// <param name="Slot">Its slot in the snapshot.</param>
/// <param name="Score">s, its expected worth.</param>
/// <param name="Spread">sd of it.</param>
/// <param name="Drawn">The worth that was drawn.</param>
internal readonly record struct Candidate(int Slot, float Score, float Spread, float Drawn);

/// <summary>Room for a shortlist.</summary>
[InlineArray(GateDecision.Places)]
internal struct Candidates
{
    private Candidate _first;
}

/// <summary>Whom to ask, and how it came to that. A value: making one allocates nothing.</summary>
internal struct GateDecision
{
    /// <summary>Length of the shortlist.</summary>
    internal const int Places = 8;

    private Candidates _shortlist;

    /// <summary>How many candidates there are; 0 when nobody may be asked.</summary>
    internal int Count { get; private set; }

    /// <summary>The slot to ask, -1 for nobody.</summary>
    internal int Slot { get; set; }

    /// <summary>What is expected of the model that the chosen miner claims: th.</summary>
    internal float Expected { get; set; }

    /// <summary>Whether it was chosen to get to know it.</summary>
    internal bool IsExploration { get; set; }

    /// <summary>How many newcomers could have been explored.</summary>
    internal int Newcomers { get; set; }

    /// <summary>The candidates, the highest drawn worth first.</summary>
    internal readonly Candidate this[int place] => _shortlist[place];

    /// <summary>Puts a candidate at its place by the drawn worth.</summary>
    internal void Add(Candidate candidate)
    {
        var place = Count++;
        for (; place > 0 && _shortlist[place - 1].Drawn < candidate.Drawn; place--)
        {
            _shortlist[place] = _shortlist[place - 1];
        }

        _shortlist[place] = candidate;
    }
}
