using System.Collections.Concurrent;
using Gateway.Api.Limits;

namespace Gateway.Api.Redis;

/// <summary>Rate limits that all replicas share: their buckets are in Redis, and each replica draws of them ahead, as
/// much as it used of late, so that few requests have to ask. Small limits are asked for every time. What is drawn
/// comes out of a bucket, so no replica makes room that the limit does not have; it is good for a second.</summary>
internal sealed class RedisBuckets(RedisLink link, Func<int> live, TimeProvider time) : ICommonBuckets
{
    /// <summary>Scopes of which is drawn ahead; the requests of others ask every time.</summary>
    public const int MaxScopes = 8192;

    // Below this many units for each replica nothing is drawn ahead: it would be where it is not needed.
    private const long FewRequests = 40;
    private const long UsualTokens = 2048;

    private const int ScopesInCall = 128;
    private const long ForgetAfter = Rate.Minute;

    private static readonly TimeSpan RequestLimit = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan ReportLimit = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<BucketKey, BucketGroup> _scopes = new();

    /// <inheritdoc/>
    public bool IsOpen => link.IsUp;

    /// <summary>The script; a test's has a clock of its own.</summary>
    public string Script { get; init; } = LimitCall.Script;

    private int Live => Math.Max(1, live());

    /// <inheritdoc/>
    public async Task<Asked> AskAsync(LimitRule[] rules, BucketGroup[] groups, long tokens, MonotonicClock clock)
    {
        var call = new LimitCall(link.Id, Live);
        for (var i = 0; i < rules.Length; i++)
        {
            Add(call, rules[i], groups[i], tokens, clock.Now);
        }

        var request = new Request();
        var answer = RunAsync(call, request, clock);
        var asked = await WaitAsync(answer, request, RequestLimit);
        if (asked != Asked.Taken)
        {
            foreach (var group in groups.Where((_, i) => rules[i].Quota.Concurrent is not null))
            {
                group.Leave();
            }
        }

        return asked;
    }

    /// <summary>Draws ahead for the scopes in use, gives back what is not needed, and hears how full all buckets
    /// are.</summary>
    public async Task ReportAsync(MonotonicClock clock)
    {
        foreach (var batch in _scopes.Chunk(ScopesInCall))
        {
            var call = new LimitCall(link.Id, Live);
            var idle = new List<KeyValuePair<BucketKey, BucketGroup>>();
            foreach (var scope in batch)
            {
                if (!Report(call, scope.Value, clock.Now))
                {
                    idle.Add(scope);
                }
            }

            if (await WaitAsync(RunAsync(call, new(), clock), null, ReportLimit) == Asked.Silent)
            {
                return;
            }

            Forget(idle);
        }
    }

    private void Add(LimitCall call, LimitRule rule, BucketGroup group, long tokens, long now)
    {
        var draws = group.Join(rule);
        var place = rule.Quota.Concurrent is null ? 0 : 1;
        var open = place > 0 ? group.Enter() - 1 : 0;

        // Of many who ask at once only one draws ahead.
        var ahead = Keep(rule.Key, group, draws, now) && draws.TryBeginAhead(now);
        call.Add(group, draws, new(
            1, tokens, open, place, ahead ? MorePlaces(rule, open) : 0, ahead ? TargetsOf(draws) : default), now);
    }

    // False: too many are in use, and nothing is drawn ahead for this one.
    private bool Keep(BucketKey key, BucketGroup group, Draws draws, long now)
    {
        if (_scopes.TryGetValue(key, out var kept) && kept == group)
        {
            return true;
        }

        if (_scopes.Count >= MaxScopes)
        {
            return false;
        }

        draws.UsedAt = now;
        _scopes[key] = group;
        return true;
    }

    // False: it was not used for long, and all of it goes back.
    private bool Report(LimitCall call, BucketGroup group, long now)
    {
        if (group.Draws is not { } draws)
        {
            return false;
        }

        var used = group.Open;
        foreach (var kind in LimitCall.Kinds)
        {
            used += draws[kind].Used();
        }

        draws.UsedAt = used > 0 ? now : draws.UsedAt;
        var isIdle = now - draws.UsedAt > ForgetAfter;
        call.Add(group, draws, new(
            0, 0, group.Open, 0, isIdle ? 0 : MorePlaces(draws.Rule, group.Open), isIdle ? default : TargetsOf(draws)),
            now);
        return !isIdle;
    }

    private Targets TargetsOf(Draws draws)
    {
        var targets = default(Targets);
        for (var i = 0; i < LimitCall.Kinds.Length; i++)
        {
            var kind = LimitCall.Kinds[i];
            targets[i] = IsSmall(kind, draws.Rule.Quota[kind]) ? 0 : draws[kind].Target;
        }

        return targets;
    }

    private long MorePlaces(LimitRule rule, long open) =>
        IsSmall(LimitKind.Concurrent, rule.Quota.Concurrent) ? 0 : open + 1;

    private bool IsSmall(LimitKind kind, long? limit) =>
        limit is null || limit < FewRequests * Live * (kind == LimitKind.TokensPerMinute ? UsualTokens : 1);

    private void Forget(List<KeyValuePair<BucketKey, BucketGroup>> idle)
    {
        foreach (var scope in idle)
        {
            if (scope.Value.Open == 0)
            {
                _scopes.TryRemove(scope);
                scope.Value.Part();
            }
        }
    }

    // True: all was taken. Answers that come late are taken over, too; a call that fails is told as null.
    private async Task<bool?> RunAsync(LimitCall call, Request request, MonotonicClock clock)
    {
        long[] answer;
        try
        {
            answer = await link.EvaluateAsync(Script, call.Keys, call.Values);
        }
        catch (Exception failure) when (RedisLink.IsFault(failure))
        {
            foreach (var scope in call.Scopes)
            {
                scope.Undo();
            }

            link.Failed(failure);
            return null;
        }

        var isTaken = answer[0] == 1;
        for (var i = 0; i < call.Scopes.Count; i++)
        {
            call.Scopes[i].Absorb(answer.AsSpan(1 + (i * ScopeCall.Fields), ScopeCall.Fields), clock.Now);
        }

        if (isTaken && call.Scopes[0].Wish.Requests > 0)
        {
            End(call, request.TryAccept());
        }

        return isTaken;
    }

    private static void End(LimitCall call, bool isAwaited)
    {
        foreach (var scope in call.Scopes)
        {
            if (isAwaited)
            {
                scope.Took();
            }
            else
            {
                scope.Keep();
            }
        }
    }

    private async Task<Asked> WaitAsync(Task<bool?> answer, Request? request, TimeSpan limit)
    {
        try
        {
            return ToAsked(await answer.WaitAsync(limit, time));
        }
        catch (TimeoutException late)
        {
            link.Failed(late);
            return request?.TryGiveUp() == false ? ToAsked(await answer) : Asked.Silent;
        }
    }

    private static Asked ToAsked(bool? taken) => taken switch
    {
        null => Asked.Silent,
        true => Asked.Taken,
        false => Asked.Refused,
    };

    /// <summary>Whether the one who asked still waits: either side decides it once.</summary>
    private sealed class Request
    {
        private int _isDecided;

        public bool TryAccept() => Interlocked.Exchange(ref _isDecided, 1) == 0;

        public bool TryGiveUp() => Interlocked.Exchange(ref _isDecided, 1) == 0;
    }
}
