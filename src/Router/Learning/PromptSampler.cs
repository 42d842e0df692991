using Gateway.Router.Tasks;

namespace Gateway.Router.Learning;

/// <summary>An even sample of what prompts look like, as hashed counts in this process's memory, from which kinds of
/// work are found. Never stored, never read back. Any thread.</summary>
/// <param name="key">Seeds which prompts stay.</param>
internal sealed class PromptSampler(ulong key)
{
    private readonly Lock _gate = new();
    private readonly PromptReservoir _reservoir = new(key);
    private long _seen;

    /// <summary>How many prompts were sampled from.</summary>
    internal long Seen => Volatile.Read(ref _seen);

    /// <summary>Offers a prompt's counts; never waits: a prompt more or less makes no difference.</summary>
    internal void Offer(FeatureBuffer features)
    {
        if (features.Count == 0 || !_gate.TryEnter())
        {
            return;
        }

        try
        {
            _reservoir.Offer(features);
            Volatile.Write(ref _seen, _reservoir.Seen);
        }
        finally
        {
            _gate.Exit();
        }
    }

    /// <summary>Finds kinds of work in the sample, numbered like those before; takes about a second.</summary>
    internal TaskClusters Fit(TaskClusters before)
    {
        lock (_gate)
        {
            return _reservoir.Fit(before, (ulong)_reservoir.Seen);
        }
    }
}
