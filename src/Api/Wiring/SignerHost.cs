using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Wiring;

/// <summary>Runs the signer where this process has its role and its key.</summary>
internal sealed partial class SignerHost(
    SignerSetup setup,
    ChainLink chain,
    SignerPorts ports,
    IDepositPlaces places,
    TimeProvider time,
    ILoggerFactory logs) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var log = logs.CreateLogger<SignerHost>();
        if (setup.KeyFile() is not { } file)
        {
            Log.NoKey(log);
            return;
        }

        using var signer = PayoutSigner.Open(file, chain.Connection, Ports(), setup.Options(), time, logs);
        Log.Started(log, signer.Wallet);
        await signer.RunAsync(stoppingToken);
    }

    // Asked for when everybody has started: DevNet's keys are made by then.
    private SignerPorts Ports() => ports with { Sweeps = setup.Sweeps(places) };

    private static partial class Log
    {
        [LoggerMessage(5080, LogLevel.Warning,
            "The signer has no key (keys/hot-wallet in the data directory): nothing is paid out by this process")]
        internal static partial void NoKey(ILogger logger);

        [LoggerMessage(5081, LogLevel.Information, "The signer pays from {Wallet}")]
        internal static partial void Started(ILogger logger, string wallet);
    }
}
