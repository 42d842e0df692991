using System.Threading.Channels;
using Gateway.Api.Access;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Redis;

/// <summary>Hears what other replicas tell by Redis's pub/sub and acts on it: credit is wanted elsewhere, keys have
/// changed. All of it would be noticed without, only later, so that a lost message harms nobody.</summary>
internal sealed partial class Nudges(RedisLink link, Ledger ledger, KeyDirectory keys, ILogger<Nudges> logger)
{
    public const string RecallChannel = "gateway:recall";
    public const string KeysChannel = "gateway:keys";

    private const int MaxWaiting = 1024;

    private readonly Channel<OrgId> _recalls = Channel.CreateBounded<OrgId>(
        new BoundedChannelOptions(MaxWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    private bool _isSubscribed;

    /// <summary>Subscribes, once Redis answers; the driver renews it after every reconnection.</summary>
    public async Task SubscribeAsync()
    {
        if (_isSubscribed)
        {
            return;
        }

        try
        {
            await link.SubscribeAsync(RecallChannel, Act(org => _recalls.Writer.TryWrite(org)));
            await link.SubscribeAsync(KeysChannel, Act(keys.Heard));
            _isSubscribed = true;
        }
        catch (Exception failure) when (RedisLink.IsFault(failure))
        {
            link.Failed(failure);
        }
    }

    /// <summary>Gives back what others ask for, one organisation after the other, until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken stoppingToken)
    {
        var waiting = new HashSet<OrgId>();
        while (await _recalls.Reader.WaitToReadAsync(stoppingToken))
        {
            // Many who ask for the same are served once.
            while (_recalls.Reader.TryRead(out var asked))
            {
                waiting.Add(asked);
            }

            foreach (var org in waiting)
            {
                await RecallAsync(org);
            }

            waiting.Clear();
        }
    }

    private static Action<string> Act(Action<OrgId> act) => text =>
    {
        // Whoever reaches Redis could write anything.
        if (OrgId.TryParse(text, out var org))
        {
            act(org);
        }
    };

    private async Task RecallAsync(OrgId org)
    {
        try
        {
            await ledger.RecallAsync(org);
        }
        catch (BillingUnavailableException failure)
        {
            Log.NotRecalled(logger, failure, org);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5022, LogLevel.Warning, "What is not used of {Org} could not be given back; it goes back later")]
        internal static partial void NotRecalled(ILogger logger, Exception failure, OrgId org);
    }
}
