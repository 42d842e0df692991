using Gateway.Api.Limits;

namespace Gateway.Api.Redis;

/// <summary>One scope of a <see cref="LimitCall"/>, between the question and the answer.</summary>
internal sealed class ScopeCall(BucketGroup group, Draws draws, ScopeWish wish, long sentAt)
{
    // Drawn and level of three buckets, the places, and which hash it is.
    public const int Fields = 8;

    private const long NanosPerMicro = 1000;

    private Targets _owed;
    private Targets _own;

    public BucketGroup Group => group;

    public Draws Draws => draws;

    public ScopeWish Wish => wish;

    /// <summary>Sets aside what goes back or is owed; returns what else is wanted.</summary>
    /// <param name="index">Of the kind.</param>
    /// <param name="own">What this replica took while it was cut off, in nanoseconds.</param>
    public (long Want, long Owe) Settle(int index, long own)
    {
        ref var draw = ref draws[LimitCall.Kinds[index]];
        var target = wish.Targets[index];

        // A request that asks has found too little here: all of it goes back first, so that it counts.
        var left = wish.Requests > 0 ? draw.TakeAll() : TakeSurplus(ref draw, target);
        _owed[index] = Math.Max(0, -left);
        _own[index] = own;
        return (Math.Max(0, target - Math.Max(0, draw.Left)), -left);
    }

    /// <summary>Takes over what the buckets answered.</summary>
    /// <param name="answer">The fields of this scope.</param>
    /// <param name="now">The clock.</param>
    public void Absorb(ReadOnlySpan<long> answer, long now)
    {
        for (var i = 0; i < LimitCall.Kinds.Length; i++)
        {
            var kind = LimitCall.Kinds[i];
            if (draws.Rule.Quota[kind] is not null)
            {
                draws[kind].Receive(answer[2 * i]);
                group[kind].Mirror(answer[(2 * i) + 1] * NanosPerMicro, now);
            }
        }

        var places = answer[Fields - 2];
        draws.Heard(places < 0 ? -1 - places : places, answer[Fields - 1], sentAt, now);
        if (places < 0)
        {
            draws.NoPlace(now);
        }
    }

    /// <summary>Puts debts back when nothing was answered. What was given back stays so: whether it arrived is unknown,
    /// and a debt told twice harms less than room made twice.</summary>
    public void Undo()
    {
        for (var i = 0; i < LimitCall.Kinds.Length; i++)
        {
            var kind = LimitCall.Kinds[i];
            if (draws.Rule.Quota[kind] is not null)
            {
                draws[kind].Receive(-_owed[i]);
                group[kind].PutOwn(_own[i]);
            }
        }
    }

    /// <summary>The request that asked has gone on without: what was taken for it is free here.</summary>
    public void Keep()
    {
        foreach (var kind in LimitCall.Kinds)
        {
            if (draws.Rule.Quota[kind] is not null)
            {
                draws[kind].Receive(wish.NeedOf(kind));
            }
        }
    }

    /// <summary>The request that asked has what it needs.</summary>
    public void Took()
    {
        foreach (var kind in LimitCall.Kinds)
        {
            if (draws.Rule.Quota[kind] is not null)
            {
                draws[kind].Asked(wish.NeedOf(kind));
            }
        }
    }

    private static long TakeSurplus(ref Draw draw, long target)
    {
        var left = draw.Left;
        var surplus = left > target ? left - target : Math.Min(left, 0);
        draw.Receive(-surplus);
        return surplus;
    }
}
