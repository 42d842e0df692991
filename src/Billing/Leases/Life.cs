namespace Gateway.Billing;

/// <summary>An incarnation with what applies its journal, and what it last told the books.</summary>
internal sealed class Life(Incarnation incarnation, Pump pump) : IDisposable
{
    private readonly Dictionary<string, long> _told = [];
    private bool _isDisposed;

    internal Incarnation Incarnation { get; } = incarnation;

    internal Pump Pump { get; } = pump;

    /// <summary>Whether it was heeded that the books went back.</summary>
    internal bool KnowsOfRollback { get; set; }

    /// <summary>Whether its journal's last record is written.</summary>
    internal bool HasEnded { get; set; }

    /// <summary>What its leases hold, where that differs from what was told last; once a second, so the pace is taken
    /// too.</summary>
    internal Dictionary<string, long> ChangedHolds()
    {
        var changed = new Dictionary<string, long>();
        foreach (var lease in Incarnation.Leases.All)
        {
            lease.Pace.Second(lease.Consumed);
            var (account, held) = (lease.Name.Account, lease.Held);
            if (_told.GetValueOrDefault(account) != held)
            {
                changed[account] = held;
                _told[account] = held;
            }
        }

        return changed;
    }

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
