using Gateway.Billing;

namespace Gateway.Api.Hosting;

/// <summary>Whether the store can be used, asked at most once a second: anybody may ask for readiness.</summary>
internal sealed class StoreProbe(Statements statements, TimeProvider time)
{
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private StoreState? _store;

    public async ValueTask<bool> IsReachableAsync(CancellationToken ct)
    {
        var last = Volatile.Read(ref _store);
        if (last is null || time.GetElapsedTime(last.AskedAt) >= AskEvery)
        {
            last = new(await statements.IsReachableAsync(ct), time.GetTimestamp());
            Volatile.Write(ref _store, last);
        }

        return last.IsReachable;
    }

    private sealed record StoreState(bool IsReachable, long AskedAt);
}
