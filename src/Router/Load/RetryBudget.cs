namespace Gateway.Router.Load;

/// <summary>Retries beside first attempts, at most one in five: when everything fails, trying again only adds to what
/// failed. A few are always there, or a quiet gateway could not retry at all.</summary>
internal sealed class RetryBudget
{
    private const double Share = 0.2;
    private const double Most = 100;

    /// <summary>What a quiet gateway may retry at once.</summary>
    internal const double Start = 20;

    private readonly Lock _gate = new();
    private double _tokens = Start;

    /// <summary>A request's first attempt: it earns a fifth of a retry.</summary>
    internal void Earn()
    {
        lock (_gate)
        {
            _tokens = Math.Min(Most, _tokens + Share);
        }
    }

    /// <summary>Takes a retry, if there is one.</summary>
    internal bool TrySpend()
    {
        lock (_gate)
        {
            if (_tokens < 1)
            {
                return false;
            }

            _tokens--;
            return true;
        }
    }
}
