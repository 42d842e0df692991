using Gateway.Billing;

namespace Gateway.Api.Wiring;

/// <summary>Watches that a list of deposit addresses does not end before somebody has made a longer one. Its start
/// reads the list, so that a wrong one stops the process.</summary>
internal sealed partial class DepositStock(
    DepositAddressSource source, AddressDesk desk, TimeProvider time, ILogger<DepositStock> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(30);

    private Look? _known;
    private bool _wasLow;

    /// <summary>What was left at the last look; null where addresses do not end, and before the first look.</summary>
    public AddressStock? Current => Volatile.Read(ref _known)?.Stock;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // A list that does not read ends the start, here, with its own message.
        _ = source.Count;
        return base.StartAsync(cancellationToken);
    }

    /// <summary>One look, and a word in the log when a fifth is left, or none.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        if (await desk.StockAsync(cancellationToken) is not { } stock)
        {
            return;
        }

        Volatile.Write(ref _known, new(stock));
        if (stock.Left == 0)
        {
            Log.Empty(log, stock.Count);
        }
        else if (stock.IsLow && !_wasLow)
        {
            Log.Low(log, stock.Left, stock.Count);
        }

        _wasLow = stock.IsLow;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (source.IsPool && !stoppingToken.IsCancellationRequested)
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (BillingUnavailableException failure)
            {
                Log.Unknown(log, failure);
            }

            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>What a look saw: a reference, so that it is swapped at once.</summary>
    private sealed record Look(AddressStock Stock);

    private static partial class Log
    {
        [LoggerMessage(5090, LogLevel.Warning,
            "Of {Count} deposit addresses {Left} are left: make a longer list with the command deposit-pool, from the "
            + "same secret, and start with it")]
        internal static partial void Low(ILogger logger, long left, long count);

        [LoggerMessage(5091, LogLevel.Error,
            "All {Count} deposit addresses are given out, and who asks for one reads 503: make a longer list with the "
            + "command deposit-pool, from the same secret, and start with it")]
        internal static partial void Empty(ILogger logger, long count);

        [LoggerMessage(5092, LogLevel.Warning, "How many deposit addresses are left is not known")]
        internal static partial void Unknown(ILogger logger, Exception failure);
    }
}
