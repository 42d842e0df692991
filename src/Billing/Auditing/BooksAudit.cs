namespace Gateway.Billing;

/// <summary>A rule of the books that does not hold.</summary>
/// <param name="Invariant">Its number, such as <c>I3</c>.</param>
/// <param name="Subject">The group, organisation, lease or request.</param>
/// <param name="Detail">What was found.</param>
public sealed record BrokenRule(string Invariant, string Subject, string Detail);

/// <summary>One check of the books against all their rules.</summary>
/// <param name="At">When it ended.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Broken">How many rows break a rule.</param>
/// <param name="First">The first of them.</param>
public sealed record AuditRun(DateTimeOffset At, TimeSpan Took, int Broken, IReadOnlyList<BrokenRule> First);

/// <summary>How this process's last check of the books went.</summary>
public sealed class BooksAudit
{
    private const int MostKept = 50;

    private volatile AuditRun? _last;
    private int _missed;

    internal BooksAudit()
    {
    }

    /// <summary>The last check that came to its end; null before the first, a minute after the start.</summary>
    public AuditRun? Last => _last;

    /// <summary>How many checks since then could not be made.</summary>
    public int Missed => Volatile.Read(ref _missed);

    internal void Note(DateTimeOffset at, TimeSpan took, IReadOnlyList<Violation> found)
    {
        _last = new(at, took, found.Count, [.. found.Take(MostKept).Select(
            one => new BrokenRule(one.Invariant, one.Subject, one.Detail))]);
        Volatile.Write(ref _missed, 0);
    }

    internal void Miss() => Interlocked.Increment(ref _missed);
}
