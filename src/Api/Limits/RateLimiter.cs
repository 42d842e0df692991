using System.Diagnostics.CodeAnalysis;

namespace Gateway.Api.Limits;

/// <summary>Holds requests to their rate limits, in this process's memory and without locks. What is lost with the
/// process heals with time. Any thread may call any member.</summary>
internal sealed class RateLimiter(BucketTable table, IShareSource shares, TimeProvider time)
{
    // Nobody knows when a running request ends.
    private const long PlaceWait = Rate.Minute / 60;

    private readonly MonotonicClock _clock = new(time);

    /// <summary>The clock of all buckets.</summary>
    public long Now => _clock.Now;

    /// <summary>Takes one request and its reserve of tokens under all rules or none.</summary>
    /// <param name="rules">At most <see cref="LimitLease.MaxRules"/>.</param>
    /// <param name="tokens">The reserve, at least 1.</param>
    /// <param name="lease">What was taken; to be ended.</param>
    /// <param name="refusal">The limit that keeps it waiting longest.</param>
    public bool TryTake(
        LimitRule[] rules,
        long tokens,
        [NotNullWhen(true)] out LimitLease? lease,
        [NotNullWhen(false)] out LimitRefusal? refusal)
    {
        (lease, refusal) = (LimitLease.None, null);
        if (rules.Length == 0)
        {
            return true;
        }

        while (true)
        {
            lease = new(this, rules, tokens, Now);
            if (!lease.IsHeld)
            {
                (lease, refusal) = (null, Explain(rules, tokens));
                return false;
            }

            if (!lease.IsStale)
            {
                return true;
            }

            lease.Undo();
        }
    }

    /// <summary>The tightest limit of requests and of tokens.</summary>
    public (LimitReading Requests, LimitReading Tokens) Read(IReadOnlyList<LimitRule> rules)
    {
        var (requests, tokens) = (LimitReading.Unlimited, LimitReading.Unlimited);
        var now = Now;
        foreach (var rule in rules)
        {
            requests = requests
                .Tighter(ReadRate(rule, LimitKind.RequestsPerMinute, now))
                .Tighter(ReadRate(rule, LimitKind.RequestsPerDay, now))
                .Tighter(ReadPlaces(rule));
            tokens = tokens.Tighter(ReadRate(rule, LimitKind.TokensPerMinute, now));
        }

        return (requests, tokens);
    }

    /// <summary>This replica's part of a limit, or null when there is none.</summary>
    public Rate? RateOf(LimitRule rule, LimitKind kind) => rule.Quota[kind] is { } limit
        ? new(shares.MilliOf(rule.Key, kind, limit), kind == LimitKind.RequestsPerDay ? Rate.Day : Rate.Minute)
        : null;

    /// <summary>How many requests may run here at once, or null when nobody says.</summary>
    public long? Places(LimitRule rule) => rule.Quota.Concurrent is { } limit
        ? Math.Max(1, shares.MilliOf(rule.Key, LimitKind.Concurrent, limit) / Rate.One)
        : null;

    public BucketGroup Find(BucketKey key, long now) => table.Find(key, now);

    private LimitRefusal Explain(LimitRule[] rules, long tokens)
    {
        var now = Now;
        LimitRefusal? longest = null;
        foreach (var rule in rules)
        {
            foreach (var kind in (ReadOnlySpan<LimitKind>)
                [
                    LimitKind.Concurrent, LimitKind.RequestsPerMinute,
                    LimitKind.TokensPerMinute, LimitKind.RequestsPerDay,
                ])
            {
                var wait = WaitOf(rule, kind, tokens, now);
                if (wait > (longest?.WaitNanos ?? -1))
                {
                    longest = Refusal(rule, kind, tokens, wait, now);
                }
            }
        }

        return longest!;
    }

    private LimitRefusal Refusal(LimitRule rule, LimitKind kind, long tokens, long wait, long now)
    {
        var requested = kind == LimitKind.TokensPerMinute ? tokens : 1;
        var limit = rule.Quota[kind]!.Value;
        var used = kind == LimitKind.Concurrent
            ? Math.Min(limit, table.Peek(rule.Key)?.Open ?? 0)
            : limit - ReadRate(rule, kind, now)!.Value.Remaining;
        return new(rule, kind, limit, used, requested, wait);
    }

    // Below 0: no such limit. What refused a moment ago may let through by now.
    private long WaitOf(LimitRule rule, LimitKind kind, long tokens, long now)
    {
        if (rule.Quota[kind] is null)
        {
            return -1;
        }

        var group = table.Peek(rule.Key);
        if (kind == LimitKind.Concurrent)
        {
            return group?.Open >= Places(rule) ? PlaceWait : 0;
        }

        var amount = kind == LimitKind.TokensPerMinute ? tokens : 1;
        return group is null ? 0 : BucketOf(group, kind).Wait(amount, RateOf(rule, kind)!.Value, now);
    }

    private LimitReading? ReadRate(LimitRule rule, LimitKind kind, long now)
    {
        if (rule.Quota[kind] is not { } limit)
        {
            return null;
        }

        var rate = RateOf(rule, kind)!.Value;
        if (table.Peek(rule.Key) is not { } group)
        {
            return new(limit, Math.Min(limit, rate.Amount(rate.Tolerance)), 0);
        }

        ref var bucket = ref BucketOf(group, kind);
        return new(limit, Math.Min(limit, bucket.Room(rate, now)), bucket.Level(now));
    }

    // Running requests are no rate: they are shown only while they are what refuses.
    private LimitReading? ReadPlaces(LimitRule rule) =>
        rule.Quota.Concurrent is { } limit && table.Peek(rule.Key)?.Open >= Places(rule)
            ? new(limit, 0, PlaceWait)
            : null;

    private static ref Bucket BucketOf(BucketGroup group, LimitKind kind)
    {
        if (kind == LimitKind.TokensPerMinute)
        {
            return ref group.Tokens;
        }

        if (kind == LimitKind.RequestsPerDay)
        {
            return ref group.Days;
        }

        return ref group.Requests;
    }
}
