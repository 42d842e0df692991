using Gateway.Api.Hosting;
using Gateway.Api.Portal.Billing;
using Gateway.Api.Wiring;
using Gateway.ChainBridge;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Portal.Watch;

/// <summary>Looks at the gateway's own parts and at the chain as a whole, again and again, so that no page does: what
/// it saw last stands in memory with its time.</summary>
internal sealed partial class NetworkWatch(
    WatchedParts parts, UptimeBook book, MetagraphLink metagraph, TimeProvider time, ILogger<NetworkWatch> logger)
    : BackgroundService
{
    /// <summary>A reading that is older shows its age.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(3);

    private const int MostChanges = 200;
    private const int LooksBetweenReads = 6;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan MissedFor = TimeSpan.FromDays(30);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private ChainReading? _reading;
    private IReadOnlyList<ChainChange> _changes = [];

    /// <summary>The chain as it was last read; null before, and where no subnet is followed.</summary>
    public ChainReading? Reading => Volatile.Read(ref _reading);

    /// <summary>What changed on the chain since this process began to look, the newest first.</summary>
    public IReadOnlyList<ChainChange> Changes => Volatile.Read(ref _changes);

    /// <summary>Looks once at every part and counts what it saw.</summary>
    public async Task LookAsync(CancellationToken cancellationToken)
    {
        foreach (var (name, isWell) in await parts.LookAsync(cancellationToken))
        {
            book.Note(WatchedParts.Part, name, isWell);
        }

        // Who was not there for a month is not missed any more.
        var missed = book.NamesOf(WatchedParts.Model)
            .Where(name => book.ShareOf(WatchedParts.Model, name, MissedFor) > 0).ToList();
        foreach (var (name, isWell) in parts.Models(missed))
        {
            book.Note(WatchedParts.Model, name, isWell);
        }

        foreach (var (name, isWell) in parts.Experts())
        {
            book.Note(WatchedParts.Expert, name, isWell, byDay: true);
        }
    }

    /// <summary>Reads the chain once; what it cannot read leaves the last reading, which grows older.</summary>
    public async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (metagraph.Current is not { } feed)
        {
            return;
        }

        try
        {
            var facts = await feed.FactsAsync(cancellationToken).WaitAsync(Patience, time, cancellationToken);
            var now = time.GetUtcNow();
            if (Reading is { } last)
            {
                Volatile.Write(
                    ref _changes, [.. ChainChange.Between(last.Facts, facts, now).Concat(_changes).Take(MostChanges)]);
            }

            Volatile.Write(ref _reading, new(facts, now));
        }
        catch (Exception failure) when (failure is IOException or TimeoutException)
        {
            Log.Unread(logger, failure.Message);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await book.ExchangeAsync(stoppingToken);
        for (var look = 0; !stoppingToken.IsCancellationRequested; look++)
        {
            await TryAsync(look, stoppingToken);
            await Task.Delay(LookEvery, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await book.ExchangeAsync(cancellationToken);
    }

    private async Task TryAsync(int look, CancellationToken cancellationToken)
    {
        try
        {
            await LookAsync(cancellationToken);
            if (look % LooksBetweenReads == 0)
            {
                await ReadAsync(cancellationToken);
                await book.ExchangeAsync(cancellationToken);
            }
        }
#pragma warning disable CA1031 // The top of the loop: whatever fails, the watch goes on and says so.
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            Log.Failed(logger, failure.GetBaseException().GetType().Name, failure.StackTrace);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5830, LogLevel.Warning, "What the chain as a whole tells could not be read: {Reason}")]
        public static partial void Unread(ILogger logger, string reason);

        [LoggerMessage(5831, LogLevel.Error, "The watch failed and goes on: {Failure} {Place}")]
        public static partial void Failed(ILogger logger, string failure, string? place);
    }
}

/// <summary>The chain as it was read.</summary>
/// <param name="Facts">What it told.</param>
/// <param name="At">When.</param>
internal sealed record ChainReading(NetworkFacts Facts, DateTimeOffset At);

/// <summary>Something of the chain that is not as it was.</summary>
/// <param name="NetUid">The subnet; null: the runtime.</param>
/// <param name="Name">What changed, by the chain's own name.</param>
/// <param name="Before">Its former value.</param>
/// <param name="After">Its value.</param>
/// <param name="Block">The block at which it was first seen.</param>
/// <param name="At">When.</param>
internal sealed record ChainChange(
    NetUid? NetUid, string Name, string Before, string After, long Block, DateTimeOffset At)
{
    /// <summary>What differs between two readings.</summary>
    public static IEnumerable<ChainChange> Between(NetworkFacts before, NetworkFacts after, DateTimeOffset now)
    {
        if (before.SpecVersion != after.SpecVersion)
        {
            yield return new(null, "specVersion", $"{before.SpecVersion}", $"{after.SpecVersion}", after.Block, now);
        }

        foreach (var (netUid, rules) in after.Rules)
        {
            var old = before.Rules.GetValueOrDefault(netUid) ?? new Dictionary<string, string>();
            foreach (var (name, value) in rules)
            {
                if (old.TryGetValue(name, out var former) && former != value)
                {
                    yield return new(netUid, name, former, value, after.Block, now);
                }
            }
        }
    }
}

/// <summary>What is looked at, and how.</summary>
internal sealed class WatchedParts(
    StoreProbe store, ChainProbe chain, DepositBoard deposits, RouteBoard board, MetagraphLink metagraph)
{
    /// <summary>The kind of the gateway's own parts.</summary>
    public const string Part = "part";

    /// <summary>The kind of models.</summary>
    public const string Model = "model";

    /// <summary>The kind of experts.</summary>
    public const string Expert = "expert";

    private const double LeastSuccess = 0.5;

    /// <summary>The gateway's parts, in the order that they are shown in.</summary>
    public static IReadOnlyList<string> Names { get; } = ["api", "streaming", "deposits", "subnets"];

    /// <summary>How an expert is named among all: one may serve several models.</summary>
    public static string NameOf(ExpertStanding expert) => $"{expert.Name} {expert.Model.Value}";

    /// <summary>Each part, and whether it works now.</summary>
    public async Task<IReadOnlyList<(string Name, bool IsWell)>> LookAsync(CancellationToken cancellationToken) =>
    [
        (Names[0], await store.IsReachableAsync(cancellationToken)),
        (Names[1], Streams()),
        (Names[2], chain.IsReady && !deposits.IsLagging),
        (Names[3], (metagraph.Current?.Current.Subnets.Values ?? []).All(subnet => !subnet.IsStale)),
    ];

    /// <summary>Each model that is or was served, and whether somebody serves it now.</summary>
    public IEnumerable<(string Name, bool IsWell)> Models(IReadOnlyList<string> known)
    {
        var offered = board.Models.ToDictionary(model => model.Model.Value, model => board.LiveOf(model.Model));
        return known.Union(offered.Keys)
            .Select(name => (name, offered.TryGetValue(name, out var live) && !(live.Success1H < LeastSuccess)));
    }

    /// <summary>Each expert, and whether it can be asked now.</summary>
    public IEnumerable<(string Name, bool IsWell)> Experts() =>
        board.Experts.Select(expert => (NameOf(expert), !expert.IsEjected && !expert.IsQuarantined));

    // Somebody answers, and what was asked in this hour was answered more often than not.
    private bool Streams() => board.Serving > 0
        && board.Models.Any(model => !(board.LiveOf(model.Model).Success1H < LeastSuccess));
}
