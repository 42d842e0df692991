using Gateway.Billing;

namespace Gateway.Api.Wiring;

/// <summary>Keeps this process's log of deposit addresses complete, whichever process gave them out, and brings back
/// what restored books have forgotten: once before anything is served or watched, then again and again.</summary>
internal sealed partial class AddressReturner(
    AddressDesk desk, TimeProvider time, ILogger<AddressReturner> log) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await ReturnAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>One look.</summary>
    internal async Task ReturnAsync(CancellationToken cancellationToken)
    {
        try
        {
            var (returned, taken) = await desk.ReturnAsync(cancellationToken);
            if (returned > 0)
            {
                Log.Returned(log, returned);
            }

            foreach (var one in taken)
            {
                Log.Taken(log, one.Address, one.Org.ToString());
            }
        }
        catch (Exception failure) when (failure is BillingUnavailableException or IOException)
        {
            Log.Failed(log, failure);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!stoppingToken.IsCancellationRequested)
            {
                await ReturnAsync(stoppingToken);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5095, LogLevel.Error,
            "The books had forgotten {Count} deposit addresses, as after a restore: they have them back")]
        internal static partial void Returned(ILogger logger, int count);

        [LoggerMessage(5096, LogLevel.Critical,
            "{Address} was given to another organisation before the books went back, and now to {Org}: what arrives "
            + "there is credited to the latter. Ask both whose payments are, and give both new addresses")]
        internal static partial void Taken(ILogger logger, string address, string org);

        [LoggerMessage(5097, LogLevel.Warning, "The log of deposit addresses could not be compared with the books")]
        internal static partial void Failed(ILogger logger, Exception failure);
    }
}
