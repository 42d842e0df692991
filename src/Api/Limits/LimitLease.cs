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
    public LimitLease(RateLimiter limiter, LimitRule[] rules, long tokens, long now)
    {
        (_limiter, _tokens, _count) = (limiter, tokens, rules.Length);
        for (var i = 0; i < rules.Length; i++)
        {
            if (!_slots[i].Take(limiter, rules[i], tokens, now))
            {
                Undo();
                return;
            }
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
        private long _requests;
        private long _days;
        private long _tokens;
        private bool _open;

        public readonly bool IsRetired => _group?.IsRetired == true;

        public bool Take(RateLimiter limiter, LimitRule rule, long tokens, long now)
        {
            _rule = rule;
            _group = limiter.Find(rule.Key, now);
            if (limiter.Places(rule) is { } places && !(_open = _group.Enter(places)))
            {
                return false;
            }

            return Take(ref _group.Requests, limiter.RateOf(rule, LimitKind.RequestsPerMinute), 1, now, ref _requests)
                && Take(ref _group.Days, limiter.RateOf(rule, LimitKind.RequestsPerDay), 1, now, ref _days)
                && Take(ref _group.Tokens, limiter.RateOf(rule, LimitKind.TokensPerMinute), tokens, now, ref _tokens);
        }

        public readonly void Return(RateLimiter limiter, long reserved, long used, bool isCounted, long now)
        {
            if (_open)
            {
                _group!.Leave();
            }

            if (_requests > 0 && !isCounted)
            {
                GiveBack(ref _group!.Requests, limiter.RateOf(_rule!, LimitKind.RequestsPerMinute), 1, _requests, now);
            }

            if (_days > 0 && !isCounted)
            {
                GiveBack(ref _group!.Days, limiter.RateOf(_rule!, LimitKind.RequestsPerDay), 1, _days, now);
            }

            if (_tokens > 0)
            {
                var rate = limiter.RateOf(_rule!, LimitKind.TokensPerMinute);
                GiveBack(ref _group!.Tokens, rate, reserved - used, _tokens, now);
            }
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
