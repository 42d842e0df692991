namespace Gateway.Router.Load;

/// <summary>Retries beside first attempts, at most one in five: when everything fails, trying again only adds to what
/// failed. A few are always there, or a quiet gateway could not retry at all.</summary>
internal sealed class RetryBudget
{
    /// <summary>What a quiet gateway may retry at once.</summary>
    internal const int Start = 20;

    /// <summary>What is saved up at most.</summary>
    internal const int Most = 100;

    /// <summary>First attempts that earn a retry.</summary>
    internal const int Price = 5;

    private long _earned = Start * Price;

    /// <summary>A request's first attempt: it earns a fifth of a retry.</summary>
    internal void Earn()
    {
        // Two at once may save one too many, which is no harm; a full budget costs a read.
        if (Volatile.Read(ref _earned) < Most * Price)
        {
            Interlocked.Increment(ref _earned);
        }
    }

    /// <summary>Takes a retry, if there is one.</summary>
    internal bool TrySpend()
    {
        var earned = Volatile.Read(ref _earned);
        while (earned >= Price)
        {
            var found = Interlocked.CompareExchange(ref _earned, earned - Price, earned);
            if (found == earned)
            {
                return true;
            }

            earned = found;
        }

        return false;
    }
}
