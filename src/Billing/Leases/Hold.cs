using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Credit set aside for one running request. It ends by being settled, once. A hold that its process did not
/// live to settle is void: the money comes back when the process's journal has been applied.</summary>
public sealed class Hold
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<Settled>? _waiting;
    private Settled? _settled;
    private Task? _growing;
    private bool _isOver;

    internal Hold(RequestId request, Payer payer, Quote quote, Incarnation incarnation, LeaseSet leases)
    {
        Request = request;
        Payer = payer;
        Quote = quote;
        Incarnation = incarnation;
        Leases = leases;
        Amount = quote.Hold;
        CoveredOutputTokens = quote.CoveredOutputTokens;
    }

    /// <summary>The request; also the receipt's id.</summary>
    public RequestId Request { get; }

    /// <summary>Who pays.</summary>
    public Payer Payer { get; }

    /// <summary>The prices locked for it.</summary>
    public Quote Quote { get; }

    /// <summary>What is set aside now, extensions included: the charge never exceeds it.</summary>
    public NanoUsd Amount { get; private set; }

    /// <summary>Output tokens that <see cref="Amount"/> pays for, at most the quote's limit.</summary>
    public long CoveredOutputTokens { get; private set; }

    /// <summary>Whose leases the money is in.</summary>
    internal Incarnation Incarnation { get; }

    /// <summary>What the money was taken from, and goes back to.</summary>
    internal LeaseSet Leases { get; }

    /// <summary>Extends at once from what the leases have; true also when that much is covered already, false when they
    /// have not enough, or something else is under way.</summary>
    internal bool TryGrow(NanoUsd amount, long coveredOutputTokens)
    {
        lock (_gate)
        {
            // Asked for before another extension had passed: to go down to it would take back what is promised.
            if (coveredOutputTokens <= CoveredOutputTokens)
            {
                return true;
            }

            if (_isOver || _growing is not null || !Leases.TryTake((amount - Amount).Value, Incarnation.Tick))
            {
                return false;
            }

            Grow(amount, coveredOutputTokens);
            return true;
        }
    }

    /// <summary>Runs an extension that has to ask the books, one at a time. False at once when the hold is being
    /// settled.</summary>
    internal async Task<bool> GrowAsync(Func<Task<bool>> grow)
    {
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (true)
        {
            Task? other;
            lock (_gate)
            {
                if (_isOver)
                {
                    return false;
                }

                other = _growing;
                _growing ??= mine.Task;
            }

            if (other is null)
            {
                break;
            }

            await other;
        }

        try
        {
            return await grow();
        }
        finally
        {
            lock (_gate)
            {
                _growing = null;
            }

            mine.SetResult();
        }
    }

    /// <summary>The first caller settles, after an extension under way, for a settle must know what it charges; every
    /// other gets the first one's result.</summary>
    internal bool TryBeginSettle(out Task? growing, out Task<Settled>? first)
    {
        lock (_gate)
        {
            growing = _growing;
            if (_isOver)
            {
                first = _settled is { } settled ? Task.FromResult(settled) : WaitForFirst();
                return false;
            }

            _isOver = true;
            first = null;
            return true;
        }
    }

    internal void EndSettle(Settled settled)
    {
        lock (_gate)
        {
            _settled = settled;
        }

        _waiting?.SetResult(settled);
    }

    internal void Grow(NanoUsd amount, long coveredOutputTokens) =>
        (Amount, CoveredOutputTokens) = (amount, coveredOutputTokens);

    private Task<Settled> WaitForFirst()
    {
        _waiting ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
        return _waiting.Task;
    }
}
