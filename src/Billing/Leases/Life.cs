namespace Gateway.Billing;

/// <summary>An incarnation with what applies its journal, and what it last told the books.</summary>
internal sealed class Life(Incarnation incarnation, Pump pump) : IDisposable
{
    // The pace of a lease is a second's.
    private const int BeatsASecond = 4;

    private readonly Dictionary<string, long> _told = [];
    private int _beats;
    private long _lookedSeq;
    private long _lookedAt;
    private bool _isDisposed;

    internal Incarnation Incarnation { get; } = incarnation;

    internal Pump Pump { get; } = pump;

    /// <summary>Whether it was heeded that the books went back.</summary>
    internal bool KnowsOfRollback { get; set; }

    /// <summary>Whether its journal's last record is written.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>What its leases hold, where that differs from what was told last. Each fourth time the pace is taken
    /// too.</summary>
    internal Dictionary<string, long> ChangedHolds()
    {
        var changed = new Dictionary<string, long>();
        var isSecond = ++_beats % BeatsASecond == 0;
        foreach (var lease in Incarnation.Leases.All)
        {
            if (isSecond)
            {
                lease.Pace.Second(lease.Consumed);
            }

            var (account, held) = (lease.Name.Account, lease.Held);
            if (_told.GetValueOrDefault(account) != held)
            {
                changed[account] = held;
                _told[account] = held;
            }
        }

        return changed;
    }

    /// <summary>Notes what is written now, unless something noted before is not in the books yet.</summary>
    internal void Look(TimeProvider time)
    {
        if (Pump.AppliedSeq >= Volatile.Read(ref _lookedSeq))
        {
            Volatile.Write(ref _lookedAt, time.GetTimestamp());
            Volatile.Write(ref _lookedSeq, Incarnation.Journal.WrittenSeq);
        }
    }

    /// <summary>How long the oldest record that was noted has waited for the books; zero when none waits.</summary>
    internal TimeSpan Lag(TimeProvider time) => Pump.AppliedSeq >= Volatile.Read(ref _lookedSeq)
        ? TimeSpan.Zero
        : time.GetElapsedTime(Volatile.Read(ref _lookedAt));

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Incarnation.Journal.Dispose();
        Pump.Dispose();
    }
}
