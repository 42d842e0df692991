using System.Runtime.CompilerServices;

namespace Gateway.Api.Limits;

/// <summary>What one request has taken of its limits. It is given back when the request is refused before it was
/// dispatched; otherwise the request stays counted, its tokens are corrected to what they were, and its place among the
/// running ones is free again. Ends once, however often it is ended, by any thread.</summary>
internal sealed class LimitLease : IDisposable
{
    /// <summary>Key, project, organisation, and a model within the latter two.</summary>
    public const int MaxRules = 5;

    private readonly RateLimiter? _limiter;
    private readonly long _tokens;
    private readonly int _count;
    private Slots _slots;
    private int _ended;
    private volatile bool _dispatched;

    /// <summary>Takes all or nothing.</summary>
    /// <param name="limiter">Whose buckets.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="tokens">The reserve.</param>
    /// <param name="now">The clock.</param>
    /// <param name="isCommon">Whether of what was drawn of common buckets, or of this replica's own part.</param>
    public LimitLease(RateLimiter limiter, LimitRule[] rules, long tokens, long now, bool isCommon)
    {
        (_limiter, _tokens, _count) = (limiter, tokens, rules.Length);
        for (var i = 0; i < rules.Length; i++)
        {
            if (!_slots[i].Take(limiter, rules[i], tokens, now, isCommon))
            {
                Undo();
                return;
            }
        }
    }

    /// <summary>Holds what the common buckets have just given for this request.</summary>
    public LimitLease(RateLimiter limiter, LimitRule[] rules, BucketGroup[] groups, long tokens, long now)
    {
        (_limiter, _tokens, _count) = (limiter, tokens, rules.Length);
        for (var i = 0; i < rules.Length; i++)
        {
            _slots[i].Accept(rules[i], groups[i], now);
        }
    }

    private LimitLease() => _ended = 1;

    /// <summary>Of callers without limits.</summary>
    public static LimitLease None { get; } = new();

    /// <summary>Whether all was taken and nothing was given back yet.</summary>
    public bool IsHeld => Volatile.Read(ref _ended) == 0;

    /// <summary>Whether a bucket was dropped while it was taken from.</summary>
    public bool IsStale
    {
        get
        {
            var stale = false;
            for (var i = 0; i < _count; i++)
            {
                stale |= _slots[i].IsRetired;
            }

            return stale;
        }
    }

    /// <summary>From here on the request counts.</summary>
    public void Dispatched() => _dispatched = true;

    /// <summary>Ends a dispatched request.</summary>
    /// <param name="tokens">What it used.</param>
    public void End(long tokens) => End(tokens, isCounted: true);

    /// <summary>Ends a request as if it had never come.</summary>
    public void Undo() => End(0, isCounted: false);

    /// <summary>Ends what nobody ended: a request that was dispatched counts, without tokens.</summary>
    public void Dispose() => End(0, _dispatched);

    private void End(long tokens, bool isCounted)
    {
        if (Interlocked.Exchange(ref _ended, 1) != 0)
        {
            return;
        }

        var now = _limiter!.Now;
        for (var i = 0; i < _count; i++)
        {
            _slots[i].Return(_limiter, _tokens, tokens, isCounted, now);
        }
    }

    [InlineArray(MaxRules)]
    private struct Slots
    {
        private Slot _first;
    }

    /// <summary>What was taken under one rule.</summary>
    private struct Slot
    {
        // A bucket's clock starts at 1, so 0 is no mark.
        private LimitRule? _rule;
        private BucketGroup? _group;
        private Draws? _draws;
        private long _requests;
        private long _days;
        private long _tokens;
        private bool _open;

        public readonly bool IsRetired => _group?.IsRetired == true;

        public bool Take(RateLimiter limiter, LimitRule rule, long tokens, long now, bool isCommon)
        {
            _rule = rule;
            _group = limiter.Find(rule.Key, now);
            if (isCommon)
            {
                return _group.Draws is { } draws && draws.IsGood(now) && TakeDrawn(draws, tokens, now);
            }

            if (limiter.Places(rule) is { } places && !(_open = _group.Enter(places)))
            {
                return false;
            }

            return Take(ref _group.Requests, limiter.RateOf(rule, LimitKind.RequestsPerMinute), 1, now, ref _requests)
                && Take(ref _group.Days, limiter.RateOf(rule, LimitKind.RequestsPerDay), 1, now, ref _days)
                && Take(ref _group.Tokens, limiter.RateOf(rule, LimitKind.TokensPerMinute), tokens, now, ref _tokens);
        }

        public void Accept(LimitRule rule, BucketGroup group, long now)
        {
            (_rule, _group, _draws) = (rule, group, group.Draws);
            _open = rule.Quota.Concurrent is not null;
            _requests = rule.Quota.RequestsPerMinute is null ? 0 : Math.Max(now, group.Requests.Empty);
            _days = rule.Quota.RequestsPerDay is null ? 0 : Math.Max(now, group.Days.Empty);
            _tokens = rule.Quota.TokensPerMinute is null ? 0 : Math.Max(now, group.Tokens.Empty);
        }

        public readonly void Return(RateLimiter limiter, long reserved, long used, bool isCounted, long now)
        {
            if (_open)
            {
                _group!.Leave();
            }

            if (_requests > 0 && !isCounted)
            {
                GiveBack(limiter, LimitKind.RequestsPerMinute, 1, _requests, now);
            }

            if (_days > 0 && !isCounted)
            {
                GiveBack(limiter, LimitKind.RequestsPerDay, 1, _days, now);
            }

            if (_tokens > 0)
            {
                GiveBack(limiter, LimitKind.TokensPerMinute, reserved - used, _tokens, now);
            }
        }

        private bool TakeDrawn(Draws draws, long tokens, long now)
        {
            _draws = draws;
            var quota = _rule!.Quota;
            if (quota.Concurrent is not null && !(_open = _group!.Enter(draws.Places)))
            {
                return false;
            }

            return TakeDrawn(ref draws.Requests, quota.RequestsPerMinute, 1, _group!.Requests.Empty, now, ref _requests)
                && TakeDrawn(ref draws.Days, quota.RequestsPerDay, 1, _group.Days.Empty, now, ref _days)
                && TakeDrawn(ref draws.Tokens, quota.TokensPerMinute, tokens, _group.Tokens.Empty, now, ref _tokens);
        }

        private readonly void GiveBack(RateLimiter limiter, LimitKind kind, long amount, long mark, long now)
        {
            if (_draws is { } draws && limiter.IsCommon)
            {
                // As in a bucket of one's own: what has run out meanwhile is not given back.
                draws[kind].Add(amount > 0
                    ? Math.Min(amount, RateLimiter.WholeRate(_rule!, kind).Amount(Math.Max(0, mark - now)))
                    : amount);
            }
            else
            {
                GiveBack(ref _group![kind], limiter.RateOf(_rule!, kind), amount, mark, now);
            }
        }

        private static bool TakeDrawn(ref Draw draw, long? limit, long amount, long empty, long now, ref long mark)
        {
            if (limit is null)
            {
                return true;
            }

            if (!draw.TryTake(amount))
            {
                return false;
            }

            mark = Math.Max(now, empty);
            return true;
        }

        private static bool Take(ref Bucket bucket, Rate? rate, long amount, long now, ref long mark)
        {
            if (rate is not { } limit)
            {
                return true;
            }

            if (bucket.Take(amount, limit, now, out var end) > 0)
            {
                return false;
            }

            mark = end;
            return true;
        }

        private static void GiveBack(ref Bucket bucket, Rate? rate, long amount, long mark, long now)
        {
            if (rate is { } limit && amount > 0)
            {
                bucket.GiveBack(amount, limit, mark, now);
            }
            else if (rate is { } owed && amount < 0)
            {
                bucket.Owe(-amount, owed, now);
            }
        }
    }
}
