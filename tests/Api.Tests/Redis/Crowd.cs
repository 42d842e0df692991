using Gateway.Api.Limits;
using Gateway.Api.Redis;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using StackExchange.Redis;

namespace Gateway.Api.Tests.Redis;

/// <summary>Replicas' limiters on one real Redis, all on one clock that only the test moves: the script reads its time
/// from a key instead of Redis's own clock.</summary>
internal sealed class Crowd : IAsyncDisposable
{
    private const string Clock = "test:clock";
    private const long FarAhead = 1_800_000_000_000_000;

    private readonly FakeTimeProvider _time = new();
    private readonly RedisServer _server;
    private readonly List<Member> _members = [];

    private readonly ConnectionMultiplexer _clock;
    private bool _isAlive = true;
    private long _setBack;

    private Crowd(RedisServer server, ConnectionMultiplexer clock) => (_server, _clock) = (server, clock);

    public RedisServer Server => _server;

    /// <param name="replicas">How many.</param>
    /// <param name="isPatient">Whether they wait for Redis; one that does not goes on by itself at every request, as a
    /// process does that gets no time from its machine, and hears the answer afterwards.</param>
    public static async Task<Crowd> CreateAsync(int replicas, bool isPatient = true)
    {
        var server = await RedisServer.CreateAsync();
        var settings = RedisSettings.Read(server.ConnectionString);
        var crowd = new Crowd(server, await ConnectionMultiplexer.ConnectAsync(settings));
        for (var i = 0; i < replicas; i++)
        {
            crowd._members.Add(Join(crowd, replicas, isPatient ? TimeSpan.FromSeconds(10) : TimeSpan.Zero));
        }

        await crowd.SetClockAsync();
        await crowd.ProbeAsync();
        return crowd;
    }

    /// <summary>Moves the clock of the replicas and of Redis.</summary>
    public async Task AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        if (_isAlive)
        {
            await SetClockAsync();
        }
    }

    /// <summary>Ends the server as a crash would.</summary>
    public Task KillAsync()
    {
        _isAlive = false;
        return _server.KillAsync();
    }

    /// <summary>Starts it again, empty, and waits until all replicas have noticed.</summary>
    public async Task RestartAsync()
    {
        await _server.RestartAsync();
        while (!_clock.IsConnected || !_members.TrueForAll(member => member.Link.IsUp))
        {
            await ProbeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        }

        _isAlive = true;
        await SetClockAsync();
    }

    /// <summary>Empties it; the clock is data, too.</summary>
    public async Task FlushAsync()
    {
        await _server.SendAsync("FLUSHALL");
        await SetClockAsync();
    }

    private Task<bool> SetClockAsync()
    {
        var micros = (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        return _clock.GetDatabase().StringSetAsync(Clock, micros + FarAhead - _setBack);
    }

    public async Task ReportAsync()
    {
        foreach (var member in _members)
        {
            await ReportAsync(member);
        }
    }

    public Task ReportAsync(int index) => ReportAsync(_members[index]);

    /// <summary>Lets every replica notice whether Redis is there.</summary>
    public async Task ProbeAsync()
    {
        foreach (var member in _members)
        {
            await member.Link.ProbeAsync();
        }
    }

    public async Task<bool> TakeAsync(int index, LimitRule rule, long tokens = 1) =>
        await LeaseAsync(index, rule, tokens) is not null;

    public async Task<bool> TakeAsync(int index, LimitRule[] rules) =>
        (await _members[index].Limiter.TakeAsync(rules, 1)).Lease is not null;

    /// <summary>Takes of what was drawn ahead, without asking.</summary>
    public bool TryTakeHere(int index, LimitRule rule) => _members[index].Limiter.TryTake([rule], 1, out _, out _);

    /// <summary>What a replica has drawn ahead.</summary>
    public long Drawn(int index, LimitRule rule, LimitKind kind)
    {
        var limiter = _members[index].Limiter;
        return limiter.Find(rule.Key, limiter.Now).Draws![kind].Left;
    }

    /// <summary>Sets the clock of Redis back.</summary>
    public Task SetBackAsync(TimeSpan span)
    {
        _setBack += span.Ticks / TimeSpan.TicksPerMicrosecond;
        return SetClockAsync();
    }

    /// <summary>The keys of limits, and how long each lives.</summary>
    public async Task<List<(string Key, TimeSpan Lives)>> KeysAsync()
    {
        var keys = new List<(string, TimeSpan)>();
        await foreach (var key in _clock.GetServers()[0].KeysAsync(pattern: "gateway:*"))
        {
            keys.Add((key!, await _clock.GetDatabase().KeyTimeToLiveAsync(key) ?? TimeSpan.MaxValue));
        }

        return keys;
    }

    public async Task<LimitLease?> LeaseAsync(int index, LimitRule rule, long tokens = 1)
    {
        var lease = (await _members[index].Limiter.TakeAsync([rule], tokens)).Lease;
        lease?.Dispatched();
        return lease;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members)
        {
            await member.Link.DisposeAsync();
        }

        await _clock.DisposeAsync();
        await _server.DisposeAsync();
    }

    private static Task ReportAsync(Member member) =>
        member.Link.IsUp ? member.Buckets.ReportAsync(member.Limiter.Clock) : Task.CompletedTask;

    private static Member Join(Crowd crowd, int replicas, TimeSpan patience)
    {
        var time = crowd._time;
        var link = new RedisLink(
            RedisSettings.Read(crowd._server.ConnectionString), TimeProvider.System, NullLogger<RedisLink>.Instance);

        // The wait for an answer is real: only what the limits count is the test's time.
        var buckets = new RedisBuckets(link, () => replicas, new Patience(patience))
        {
            Script = LimitCall.Script.Replace(
                "redis.call('TIME')",
                $"(function() local t = redis.call('GET', '{Clock}'); return {{string.sub(t, 1, -7), "
                + "string.sub(t, -6)} end)()",
                StringComparison.Ordinal),
        };
        return new(link, buckets, new(new BucketTable(), new EqualShares(() => replicas), time, buckets));
    }

    private sealed record Member(RedisLink Link, RedisBuckets Buckets, RateLimiter Limiter);

    /// <summary>A time in which nobody waits too long, for a busy machine is not a slow Redis; or in which everybody
    /// does.</summary>
    private sealed class Patience(TimeSpan patience) : TimeProvider
    {
        public override ITimer CreateTimer(
            TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, patience, period);
    }
}
