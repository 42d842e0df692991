namespace Gateway.Billing;

/// <summary>Removes what is applied and so old that no backup of the books asks for it: journals of earlier
/// incarnations, and the first segments of the one being written.</summary>
internal sealed class Retention(IBooks books, IJournals journals, BillingOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);

    private readonly Queue<(long At, long Seq)> _applied = [];
    private Life? _life;
    private long? _lastLook;

    /// <summary>Called often; looks once a minute.</summary>
    /// <param name="current">The journal being written.</param>
    /// <param name="own">Incarnations of this process.</param>
    /// <exception cref="BillingUnavailableException">The books do not answer; the next call goes on.</exception>
    internal async Task RunAsync(Life? current, IEnumerable<string> own)
    {
        var now = time.GetTimestamp();
        if (_lastLook is { } last && time.GetElapsedTime(last, now) < LookEvery)
        {
            return;
        }

        _lastLook = now;
        Trim(current, now);
        var drained = new HashSet<string>();
        foreach (var incarnation in journals.Left().Except(own))
        {
            // One that was given up keeps its journal, for whoever looks into the loss.
            if (await books.FindAsync(incarnation) is { State: ReplicaState.Drained })
            {
                drained.Add(incarnation);
            }
        }

        journals.Clean(drained.Contains);
    }

    // What was applied that long ago by the monotonic clock.
    private void Trim(Life? current, long now)
    {
        if (current != _life)
        {
            _life = current;
            _applied.Clear();
        }

        if (current is null)
        {
            return;
        }

        _applied.Enqueue((now, current.Pump.AppliedSeq));
        while (_applied.TryPeek(out var oldest) && time.GetElapsedTime(oldest.At, now) > options.KeepJournals)
        {
            current.Incarnation.Journal.DeleteBefore(oldest.Seq + 1);
            _applied.Dequeue();
        }
    }
}
