namespace Gateway.Billing;

/// <summary>Which way a payout may go: pure. A final state has no way out, so that no payout ends twice.</summary>
internal static class PayoutRule
{
    /// <summary>Whether it may go there from here.</summary>
    internal static bool Allows(Payout payout, PayoutState to) => to switch
    {
        PayoutState.Signed => IsReady(payout),
        PayoutState.Broadcast => payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.InBlock,
        PayoutState.InBlock => payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.InBlock,
        PayoutState.Expired => payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.InBlock,

        // What expired by our reckoning and is found final all the same was paid.
        PayoutState.Finalized => payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.InBlock
            or PayoutState.Expired,
        PayoutState.Failed => !IsFinal(payout.State),
        PayoutState.Requested or PayoutState.Approved1 or PayoutState.Approved2 or PayoutState.Cancelled => false,
    };

    /// <summary>Whether it ended.</summary>
    internal static bool IsFinal(PayoutState state) =>
        state is PayoutState.Finalized or PayoutState.Failed or PayoutState.Cancelled;

    private static bool IsReady(Payout payout) => payout.Kind switch
    {
        PayoutKind.Refund => payout.State is PayoutState.Approved2 or PayoutState.Expired,
        PayoutKind.Miner => payout.State is PayoutState.Requested or PayoutState.Expired,
    };
}
