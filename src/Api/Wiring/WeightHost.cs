using Gateway.Api.Hosting;
using Gateway.ChainBridge;
using Gateway.ChainBridge.Weights;

namespace Gateway.Api.Wiring;

/// <summary>The role <c>validator</c>: sets weights where this process has a hotkey for it and somebody weighs miners.
/// Nothing does in this version, and then nothing is set.</summary>
internal sealed partial class WeightHost(
    GatewaySettings settings,
    DataDirectory directory,
    ChainLink chain,
    TimeProvider time,
    ILoggerFactory logs,
    IWeightSource? source = null) : BackgroundService
{
    private const string KeyFile = "validator-hotkey";
    private const string Folder = "validator";

    private static readonly TimeSpan DevNetPoll = TimeSpan.FromMilliseconds(250);

    private Func<IReadOnlyList<WeightStatus>> _status = static () => [];

    /// <summary>How it stands in each subnet; empty where nothing is set.</summary>
    public IReadOnlyList<WeightStatus> Status => _status();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var log = logs.CreateLogger<WeightHost>();
        var file = directory.Secret(KeyFile);
        if (settings.IsDevNet && !File.Exists(file))
        {
            KeyRing.Generate(file).Dispose();
        }

        if (source is null || settings.Subnets.Count == 0)
        {
            Log.NothingToSay(log);
            return;
        }

        if (!File.Exists(file))
        {
            Log.NoKey(log);
            return;
        }

        using var keys = KeyRing.Load(file);
        using var setter = WeightSetter.Open(keys, chain.Connection, source, Options(), time, logs);
        _status = () => setter.Status;
        Log.Started(log, keys.RequestHotkey);
        await setter.RunAsync(stoppingToken);
    }

    private WeightOptions Options()
    {
        var subnets = settings.Subnets.Select(policy => new WeighedSubnet(policy.NetUid, policy.WeightsVersion));
        var options = new WeightOptions([.. subnets]) { Folder = directory.PathOf(Folder) };
        return settings.IsDevNet ? options with { Poll = DevNetPoll } : options;
    }

    private static partial class Log
    {
        [LoggerMessage(5110, LogLevel.Debug, "Nothing weighs miners in this process: no weights are set")]
        internal static partial void NothingToSay(ILogger logger);

        [LoggerMessage(5111, LogLevel.Warning,
            "The validator has no hotkey (keys/validator-hotkey in the data directory): no weights are set")]
        internal static partial void NoKey(ILogger logger);

        [LoggerMessage(5112, LogLevel.Information, "The validator speaks as {Hotkey}")]
        internal static partial void Started(ILogger logger, Core.Hotkey hotkey);
    }
}
