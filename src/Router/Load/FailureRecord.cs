namespace Gateway.Router.Load;

/// <summary>The last attempts at an upstream, each with the organisation it was made for. A failure may be the
/// request's doing, so that no organisation's failures alone prove anything to the others: of each so many count, and
/// it takes three to eject for everybody. One thread at a time.</summary>
internal sealed class FailureRecord
{
    internal const int InARow = 5;
    internal const int Length = 20;

    // Of one organisation.
    private const int MostInARow = 2;
    private const int MostOfLast = 4;

    private readonly (Guid Org, bool IsFailure)[] _last = new (Guid, bool)[Length];
    private int _next;
    private int _count;

    /// <summary>Failures since the last success, as far as they count.</summary>
    internal int Failures { get; private set; }

    /// <summary>Whether five in a row failed, or half of the last twenty, as far as they count.</summary>
    internal bool IsBroken => Failures >= InARow || (_count == Length && 2 * Counted(Length, MostOfLast) >= Length);

    /// <param name="org">For whom; empty: for ourselves, and then it counts in full.</param>
    /// <param name="isFailure">What came of it.</param>
    internal void Add(Guid org, bool isFailure)
    {
        _last[_next] = (org, isFailure);
        _next = (_next + 1) % Length;
        _count = Math.Min(_count + 1, Length);
        Failures = isFailure ? Math.Max(Failures, Counted(Row(), MostInARow)) : 0;
    }

    /// <summary>Forgets the last twenty, not how many failed in a row.</summary>
    internal void Clear() => _count = 0;

    // How many of the newest attempts failed without a success between them.
    private int Row()
    {
        var row = 0;
        while (row < _count && At(row).IsFailure)
        {
            row++;
        }

        return row;
    }

    private int Counted(int newest, int most)
    {
        var counted = 0;
        for (var i = 0; i < Math.Min(newest, _count); i++)
        {
            var (org, isFailure) = At(i);
            counted += isFailure && (org == Guid.Empty || Before(i, org) < most) ? 1 : 0;
        }

        return counted;
    }

    // How many newer failures are the same organisation's.
    private int Before(int place, Guid org)
    {
        var same = 0;
        for (var i = 0; i < place; i++)
        {
            same += At(i) == (org, true) ? 1 : 0;
        }

        return same;
    }

    private (Guid Org, bool IsFailure) At(int newest) => _last[(_next - 1 - newest + (2 * Length)) % Length];
}
