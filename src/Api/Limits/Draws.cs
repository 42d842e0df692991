namespace Gateway.Api.Limits;

/// <summary>What this replica has drawn ahead of the limits of one scope, which all replicas share.</summary>
internal sealed class Draws(LimitRule rule)
{
    /// <summary>How long what was drawn may be used.</summary>
    public const long GoodFor = Rate.Minute / 60;

    // A refusal by a level that was heard of not longer ago needs no question.
    private const long FreshFor = GoodFor / 10;

#pragma warning disable CA1051 // Mutable structs: a property would hand out copies.
    public Draw Requests;
    public Draw Tokens;
    public Draw Days;
#pragma warning restore CA1051
    private long _goodUntil;
    private long _heardAt = -FreshFor - 1;
    private long _placesGoneAt = -FreshFor - 1;
    private long _aheadAt = -FreshFor - 1;

    /// <summary>The limits, as the last caller had them.</summary>
    public LimitRule Rule { get; set; } = rule;

    /// <summary>How many requests may run here at once.</summary>
    public long Places { get; private set; }

    /// <summary>Which set of common buckets was last heard of: another one knows nothing of the first.</summary>
    public long Source { get; private set; }

    /// <summary>When a request last used one of the limits; of the reporter.</summary>
    public long UsedAt { get; set; }

    /// <summary>What was drawn of a kind.</summary>
    public ref Draw this[LimitKind kind]
    {
        get
        {
            if (kind == LimitKind.TokensPerMinute)
            {
                return ref Tokens;
            }

            if (kind == LimitKind.RequestsPerDay)
            {
                return ref Days;
            }

            return ref Requests;
        }
    }

    /// <summary>Whether what was drawn may still be used.</summary>
    public bool IsGood(long now) => now <= Volatile.Read(ref _goodUntil);

    /// <summary>Whether the common levels are known as they are now.</summary>
    public bool IsFresh(long now) => now - Volatile.Read(ref _heardAt) <= FreshFor;

    /// <summary>Whether somebody has just been told that no place is left.</summary>
    public bool ArePlacesGone(long now) => now - Volatile.Read(ref _placesGoneAt) <= FreshFor;

    /// <summary>Whether the caller may draw ahead: one of many who ask at the same time.</summary>
    public bool TryBeginAhead(long now)
    {
        var last = Volatile.Read(ref _aheadAt);
        return now - last > FreshFor && Interlocked.CompareExchange(ref _aheadAt, now, last) == last;
    }

    /// <summary>The common buckets have answered.</summary>
    /// <param name="places">Places granted here.</param>
    /// <param name="source">Which set of buckets it was.</param>
    /// <param name="sentAt">When they were asked: what was drawn is good from then.</param>
    /// <param name="now">The clock.</param>
    public void Heard(long places, long source, long sentAt, long now)
    {
        Source = source;
        Places = places;
        Volatile.Write(ref _goodUntil, sentAt + GoodFor);
        Volatile.Write(ref _heardAt, now);
    }

    /// <summary>Somebody asked for a place and there was none.</summary>
    public void NoPlace(long now) => Volatile.Write(ref _placesGoneAt, now);
}
