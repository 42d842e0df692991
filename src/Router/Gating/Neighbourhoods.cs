using System.Runtime.InteropServices;

namespace Gateway.Router.Gating;

/// <summary>Miners that claim the same model and stand in the same quarter of the chain's order are neighbours: what
/// the first few answers of each were worth says what to expect of the others. A wall of cheats, or of bought ranks, is
/// so tried at a few of its bricks. Only who is there counts. One thread, the book's owner.</summary>
internal sealed class Neighbourhoods
{
    private const int Quarters = 4;

    // Expected answers that the chain's own word weighs against the neighbours'. With 3 a bad start of a few spoiled a
    // good quarter of the best model for five hundred requests.
    private const double ChainWeight = 8;

    // Good neighbours undo a doubt, and make nobody better than the chain says.
    private const double Believed = 1;

    private readonly List<Sums> _places = [];

    /// <summary>Forgets everybody.</summary>
    internal void Clear() => _places.Clear();

    /// <summary>Gives a miner its place and counts its first answers there.</summary>
    internal void Settle(MinerRecord record, Sums first)
    {
        record.Place = PlaceOf(record);
        if (_places.Count <= record.Place)
        {
            CollectionsMarshal.SetCount(_places, record.Place + 1);
        }

        Add(record, first);
    }

    /// <summary>Counts one of a miner's first answers.</summary>
    internal void Add(MinerRecord record, Sums sums)
    {
        if (record.Place >= 0 && record.Place < _places.Count)
        {
            _places[record.Place] += sums;
        }
    }

    /// <summary>h0: what the chain says of a miner, corrected by what its neighbours turned out to be.</summary>
    /// <param name="record">The miner.</param>
    /// <param name="own">Its own first answers, which its own record has already.</param>
    /// <param name="scale">The weight of now, see <see cref="ForwardDecay.At"/>.</param>
    internal double Prior(MinerRecord record, Sums own, double scale)
    {
        if (record.Place < 0 || record.Place >= _places.Count)
        {
            return record.Prior;
        }

        var others = (_places[record.Place] + (own * -1)) * (1 / scale);
        return others.Weight <= 0
            ? record.Prior
            : Math.Min(
                Math.Max(Believed, record.Prior),
                ((ChainWeight * record.Prior) + others.Result) / (ChainWeight + others.Weight));
    }

    /// <summary>After the landmark moved.</summary>
    internal void Scale(double factor)
    {
        foreach (ref var sums in CollectionsMarshal.AsSpan(_places))
        {
            sums *= factor;
        }
    }

    private static int PlaceOf(MinerRecord record) =>
        (record.Model * Quarters) + Math.Clamp((int)(Quarters * ChainPrior.RankOf(record.Prior)), 0, Quarters - 1);
}
