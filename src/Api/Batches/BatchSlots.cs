using Gateway.Api.Hosting;

namespace Gateway.Api.Batches;

/// <summary>How many lines run at once on this replica, of all batches together: few enough that those who wait for
/// their answers do not notice.</summary>
internal sealed class BatchSlots(GatewaySettings settings) : IDisposable
{
    private readonly SemaphoreSlim _free = new(settings.BatchConcurrency);

    /// <summary>How many there are.</summary>
    public int Count => settings.BatchConcurrency;

    /// <summary>Waits for one; disposing gives it back.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken ct)
    {
        await _free.WaitAsync(ct);
        return new Slot(() => _free.Release());
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(Action giveBack) : IDisposable
    {
        private Action? _giveBack = giveBack;

        public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
    }
}
