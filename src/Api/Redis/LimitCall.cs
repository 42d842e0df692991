using System.Globalization;
using System.Reflection;
using Gateway.Api.Limits;
using StackExchange.Redis;

namespace Gateway.Api.Redis;

/// <summary>One call of <c>limits.lua</c>: what is asked for each scope, and what is taken over from the
/// answer.</summary>
internal sealed class LimitCall(string replica, int live)
{
    /// <summary>Limits that are counted in buckets; places are not.</summary>
    public static readonly LimitKind[] Kinds =
        [LimitKind.RequestsPerMinute, LimitKind.TokensPerMinute, LimitKind.RequestsPerDay];

    private const string Prefix = "gateway:{limits}:";
    private const long NanosPerMicro = 1000;

    private readonly List<RedisKey> _keys = [];
    private readonly List<RedisValue> _values = [replica, live];
    private readonly List<ScopeCall> _scopes = [];

    /// <summary>The script.</summary>
    public static string Script { get; } = ReadScript();

    public IReadOnlyList<ScopeCall> Scopes => _scopes;

    public RedisKey[] Keys => [.. _keys];

    public RedisValue[] Values => [.. _values];

    /// <summary>Adds a scope. What it owes, gives back and took by itself is set aside until
    /// <see cref="ScopeCall.Absorb"/> or <see cref="ScopeCall.Undo"/>.</summary>
    public void Add(BucketGroup group, Draws draws, ScopeWish wish, long now)
    {
        _keys.Add($"{Prefix}{draws.Rule.Key.Owner.ToString("N", CultureInfo.InvariantCulture)}:{draws.Rule.Key.Model}");
        var scope = new ScopeCall(group, draws, wish, now);
        _values.Add(draws.Source);
        for (var i = 0; i < Kinds.Length; i++)
        {
            AddBucket(scope, i, now);
        }

        var places = draws.Rule.Quota.Concurrent ?? 0;
        _values.AddRange([places, wish.Open, places > 0 ? wish.Place : 0, places > 0 ? wish.MorePlaces : 0]);
        _scopes.Add(scope);
    }

    private void AddBucket(ScopeCall scope, int index, long now)
    {
        var kind = Kinds[index];
        var limit = scope.Draws.Rule.Quota[kind] ?? 0;
        if (limit == 0)
        {
            _values.AddRange([0, 0, 0, 0, 0, 0]);
            return;
        }

        ref var bucket = ref scope.Group[kind];
        var hint = bucket.CommonLevel(now);
        var own = bucket.TakeOwn(now);
        var (want, owe) = scope.Settle(index, own);
        _values.AddRange(
            [limit, scope.Wish.NeedOf(kind), want, owe, hint / NanosPerMicro, own / live / NanosPerMicro]);
    }

    private static string ReadScript()
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("redis.limits.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}

/// <summary>What a call wants of a scope.</summary>
/// <param name="Requests">Requests to take now: 1, or 0 in a report.</param>
/// <param name="Tokens">Tokens to take now.</param>
/// <param name="Open">Requests running, without the one that asks.</param>
/// <param name="Place">Places to take now: 1, or 0 in a report.</param>
/// <param name="MorePlaces">Places to be granted ahead.</param>
/// <param name="Targets">What should be drawn ahead of each kind.</param>
internal readonly record struct ScopeWish(
    long Requests, long Tokens, long Open, long Place, long MorePlaces, Targets Targets)
{
    public long NeedOf(LimitKind kind) => kind == LimitKind.TokensPerMinute ? Tokens : Requests;
}

/// <summary>What should be drawn ahead of the three buckets of a scope, in the order of
/// <see cref="LimitCall.Kinds"/>.</summary>
[System.Runtime.CompilerServices.InlineArray(3)]
internal struct Targets
{
    private long _first;
}
