using Gateway.Api.Hosting;
using Gateway.ChainBridge;

namespace Gateway.Api.Wiring;

/// <summary>Follows the subnets that have a policy, from the moment the chain's connection is open, and hands their
/// miners to the router.</summary>
internal sealed class MetagraphLink(
    GatewaySettings settings,
    DataDirectory directory,
    ChainLink chain,
    UpstreamSnapshots upstreams,
    IServiceProvider services) : IHostedService, IAsyncDisposable
{
    private const string Folder = "metagraph";

    private static readonly TimeSpan DevNetPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>The feed; null before the start, and where no subnet is followed.</summary>
    public MetagraphFeed? Current { get; private set; }

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (settings.Subnets.Count == 0 || chain.Current is null)
        {
            return;
        }

        var devNet = services.GetService<DevNetHost>()?.Network;
        var models = devNet?.Miners.ToDictionary(miner => miner.Hotkey, miner => miner.Models);
        var time = services.GetRequiredService<TimeProvider>();
        Current = MetagraphFeed.Open(
            chain.Connection, Options(), time, services.GetRequiredService<ILoggerFactory>());
        upstreams.Follow(Current, new MetagraphUpstreams(settings, hotkey => models?.GetValueOrDefault(hotkey)));
        if (settings.IsDevNet)
        {
            await Current.ReadyAsync(cancellationToken).WaitAsync(DevNetPatience, time, cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken) => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (Current is { } feed)
        {
            Current = null;
            await feed.DisposeAsync();
        }
    }

    private MetagraphOptions Options()
    {
        var options = new MetagraphOptions([.. settings.Subnets.Select(policy => policy.NetUid)])
        {
            Folder = directory.PathOf(Folder),
        };
        var blockTime = settings.Simulator.BlockTime;
        return !settings.IsDevNet ? options : options with
        {
            BlockTime = blockTime,
            PollEvery = blockTime < ShortestPoll ? ShortestPoll
                : blockTime < options.PollEvery ? blockTime
                : options.PollEvery,
        };
    }
}
