using System.Diagnostics.CodeAnalysis;

namespace Gateway.Api.Limits;

/// <summary>Holds requests to their rate limits, in this process's memory and without locks: either of what was drawn
/// ahead of the buckets that all replicas share, or of this replica's own part. What is lost with the process heals
/// with time. Any thread may call any member.</summary>
internal sealed class RateLimiter(
    BucketTable table, IShareSource shares, TimeProvider time, ICommonBuckets? common = null)
{
    // Nobody knows when a running request ends.
    private const long PlaceWait = Rate.Minute / 60;

    private static readonly LimitKind[] Kinds =
    [
        LimitKind.Concurrent, LimitKind.RequestsPerMinute, LimitKind.TokensPerMinute, LimitKind.RequestsPerDay,
    ];

    private readonly MonotonicClock _clock = new(time);

    /// <summary>The clock of all buckets.</summary>
    public long Now => _clock.Now;

    /// <summary>The clock, for those who keep common buckets.</summary>
    public MonotonicClock Clock => _clock;

    /// <summary>Whether limits are drawn of buckets that all replicas share.</summary>
    public bool IsCommon => common is { IsOpen: true };

    /// <summary>Takes one request and its reserve of tokens under all rules or none. Common buckets are asked where too
    /// little was drawn of them, and nobody is refused before.</summary>
    /// <param name="rules">At most <see cref="LimitLease.MaxRules"/>.</param>
    /// <param name="tokens">The reserve, at least 1.</param>
    [SuppressMessage("Reliability", "CA2000", Justification = "The lease is handed over in the answer.")]
    public ValueTask<Taking> TakeAsync(LimitRule[] rules, long tokens) =>
        TryTake(rules, tokens, out var lease, out var refusal) ? new(new Taking(lease, null))
        : IsCommon && !IsKnown(refusal) ? new(AskAsync(rules, tokens))
        : new(new Taking(null, refusal));

    /// <summary>Takes one request and its reserve of tokens under all rules or none, of what is here.</summary>
    /// <param name="rules">At most <see cref="LimitLease.MaxRules"/>.</param>
    /// <param name="tokens">The reserve, at least 1.</param>
    /// <param name="lease">What was taken; to be ended.</param>
    /// <param name="refusal">The limit that keeps it waiting longest.</param>
    public bool TryTake(
        LimitRule[] rules,
        long tokens,
        [NotNullWhen(true)] out LimitLease? lease,
        [NotNullWhen(false)] out LimitStanding? refusal)
    {
        (lease, refusal) = (LimitLease.None, null);
        return rules.Length == 0 || TryTake(rules, tokens, IsCommon, out lease, out refusal);
    }

    private bool TryTake(
        LimitRule[] rules,
        long tokens,
        bool isCommon,
        [NotNullWhen(true)] out LimitLease? lease,
        [NotNullWhen(false)] out LimitStanding? refusal)
    {
        refusal = null;
        while (true)
        {
            lease = new(this, rules, tokens, Now, isCommon);
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
                .Tighter(ReadPlaces(rule, now));
            tokens = tokens.Tighter(ReadRate(rule, LimitKind.TokensPerMinute, now));
        }

        return (requests, tokens);
    }

    /// <summary>This replica's part of a limit, or null when there is none.</summary>
    public Rate? RateOf(LimitRule rule, LimitKind kind) => rule.Quota[kind] is { } limit
        ? new(shares.MilliOf(rule.Key, kind, limit), PeriodOf(kind))
        : null;

    /// <summary>How many requests may run here at once, or null when nobody says.</summary>
    public long? Places(LimitRule rule) => rule.Quota.Concurrent is { } limit
        ? Math.Max(1, shares.MilliOf(rule.Key, LimitKind.Concurrent, limit) / Rate.One)
        : null;

    public BucketGroup Find(BucketKey key, long now) => table.Find(key, now);

    /// <summary>A limit as a rate, of all replicas together.</summary>
    public static Rate WholeRate(LimitRule rule, LimitKind kind) =>
        new(rule.Quota[kind]!.Value * Rate.One, PeriodOf(kind));

    /// <summary>The time in which a limit is used up and free again.</summary>
    public static long PeriodOf(LimitKind kind) => kind == LimitKind.RequestsPerDay ? Rate.Day : Rate.Minute;

    [SuppressMessage("Reliability", "CA2000", Justification = "The lease is handed over in the answer.")]
    private async Task<Taking> AskAsync(LimitRule[] rules, long tokens)
    {
        var now = Now;
        var groups = new BucketGroup[rules.Length];
        for (var i = 0; i < rules.Length; i++)
        {
            groups[i] = Find(rules[i].Key, now);
            groups[i].Join(rules[i]);
        }

        return await common!.AskAsync(rules, groups, tokens, _clock) switch
        {
            Asked.Taken => new(new LimitLease(this, rules, groups, tokens, Now), null),
            Asked.Refused => new(null, Explain(rules, tokens)),
            Asked.Silent => TryTake(rules, tokens, isCommon: false, out var lease, out var refusal)
                ? new(lease, null)
                : new(null, refusal),
        };
    }

    // A level heard of a moment ago can only have risen: to ask again would change nothing.
    private bool IsKnown(LimitStanding refusal)
    {
        var now = Now;
        return refusal.WaitNanos > 0 && table.Peek(refusal.Rule.Key)?.Draws?.IsFresh(now) == true;
    }

    /// <summary>How every limit of these rules stands to a request, of what is known here: all that
    /// <see cref="TakeAsync"/> decides by. Nothing is taken. Limits of other replicas' requests are as last heard
    /// of.</summary>
    /// <param name="rules">At most <see cref="LimitLease.MaxRules"/>.</param>
    /// <param name="tokens">The reserve, at least 1.</param>
    public IEnumerable<LimitStanding> Foresee(LimitRule[] rules, long tokens)
    {
        var now = Now;
        foreach (var rule in rules)
        {
            foreach (var kind in Kinds)
            {
                if (WaitOf(rule, kind, tokens, now) is >= 0 and var wait)
                {
                    yield return Standing(rule, kind, tokens, wait, now);
                }
            }
        }
    }

    /// <summary>Of limits that a request stands under, the one that keeps it waiting longest, whether it waits or
    /// not.</summary>
    public static LimitStanding Longest(IEnumerable<LimitStanding> standings) =>
        standings.MaxBy(standing => standing.WaitNanos)!;

    private LimitStanding Explain(LimitRule[] rules, long tokens) => Longest(Foresee(rules, tokens));

    private LimitStanding Standing(LimitRule rule, LimitKind kind, long tokens, long wait, long now)
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
            return ArePlacesGone(rule, group, now) ? PlaceWait : 0;
        }

        var amount = kind == LimitKind.TokensPerMinute ? tokens : 1;
        return IsCommon ? CommonWait(rule, kind, group, amount, now)
            : group is null ? FirstWait(amount, RateOf(rule, kind)!.Value, now)
            : group[kind].Wait(amount, RateOf(rule, kind)!.Value, now);
    }

    // Nothing was taken for long: all of it is free, and more than all of it is never.
    private static long FirstWait(long amount, Rate rate, long now)
    {
        var unused = default(Bucket);
        return unused.Wait(amount, rate, now);
    }

    private bool ArePlacesGone(LimitRule rule, BucketGroup? group, long now) => IsCommon
        ? group?.Draws?.ArePlacesGone(now) == true
        : group?.Open >= Places(rule);

    private static long CommonWait(LimitRule rule, LimitKind kind, BucketGroup? group, long amount, long now)
    {
        var rate = WholeRate(rule, kind);
        if (amount > rule.Quota[kind])
        {
            return Bucket.Never;
        }

        return group?.Draws is { } draws
            ? Math.Max(0, rate.Cost(amount) - DrawnLevel(draws[kind].Left, rate) + group[kind].Level(now) - rate.Period)
            : 0;
    }

    // What was drawn and not used counts as free here.
    private static long DrawnLevel(long left, Rate rate) => left < 0 ? -rate.Cost(-left) : rate.Cost(left);

    private LimitReading? ReadRate(LimitRule rule, LimitKind kind, long now)
    {
        if (rule.Quota[kind] is not { } limit)
        {
            return null;
        }

        var group = table.Peek(rule.Key);
        if (IsCommon)
        {
            return ReadCommon(WholeRate(rule, kind), limit, group, kind, now);
        }

        var rate = RateOf(rule, kind)!.Value;
        return group is null
            ? new(limit, Math.Min(limit, rate.Amount(rate.Tolerance)), 0)
            : new(limit, Math.Min(limit, group[kind].Room(rate, now)), group[kind].Level(now));
    }

    private static LimitReading ReadCommon(Rate rate, long limit, BucketGroup? group, LimitKind kind, long now)
    {
        if (group?.Draws is not { } draws)
        {
            return new(limit, limit, 0);
        }

        var level = Math.Max(0, group[kind].Level(now) - DrawnLevel(draws[kind].Left, rate));
        return new(limit, Math.Clamp(rate.Amount(Math.Max(0, rate.Period - level)), 0, limit), level);
    }

    // Running requests are no rate: they are shown only while they are what refuses.
    private LimitReading? ReadPlaces(LimitRule rule, long now) =>
        rule.Quota.Concurrent is { } limit && ArePlacesGone(rule, table.Peek(rule.Key), now)
            ? new(limit, 0, PlaceWait)
            : null;
}

/// <summary>What became of a request at its limits: one of the two is there.</summary>
/// <param name="Lease">What was taken; to be ended.</param>
/// <param name="Refusal">The limit that keeps it waiting longest.</param>
internal readonly record struct Taking(LimitLease? Lease, LimitStanding? Refusal);
