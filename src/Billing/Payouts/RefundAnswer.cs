using Gateway.Core;

namespace Gateway.Billing;

/// <summary>The answer to a wish for a refund.</summary>
public abstract record RefundAnswer
{
    private RefundAnswer()
    {
    }

    /// <summary>The credit is set aside; two people must approve.</summary>
    public sealed record Requested(Payout Payout) : RefundAnswer;

    /// <summary>At most this can be paid back now: neither held by requests nor a promotion.</summary>
    public sealed record Insufficient(NanoUsd Refundable) : RefundAnswer;

    /// <summary>It cannot be paid there.</summary>
    public sealed record BadDestination(string Problem) : RefundAnswer;

    /// <summary>The chain keeps no account with less than <paramref name="Least"/>.</summary>
    public sealed record TooSmall(Rao Amount, Rao Least) : RefundAnswer;

    /// <summary>Another refund stands under this id.</summary>
    public sealed record IdTaken : RefundAnswer;

    /// <summary>A person must look at the organisation's books first.</summary>
    public sealed record OrgFrozen : RefundAnswer;
}
