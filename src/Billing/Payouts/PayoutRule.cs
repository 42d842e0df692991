namespace Gateway.Billing;

/// <summary>Which way a payout may go: pure. A final state has no way out, so that no payout ends twice.</summary>
internal static class PayoutRule
{
    /// <summary>Whether it may go there from here.</summary>
    internal static bool Allows(Payout payout, PayoutState to) => to switch
    {
        PayoutState.Signed => IsReady(payout),
        PayoutState.Broadcast or PayoutState.Expired => payout.State is PayoutState.Signed or PayoutState.Broadcast,

        // What expired by our reckoning and is found final all the same was paid.
        PayoutState.Finalized =>
            payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.Expired,
        PayoutState.Failed => !IsFinal(payout.State),
        PayoutState.Requested or PayoutState.Approved1 or PayoutState.Approved2 or PayoutState.Cancelled => false,
    };

    /// <summary>Whether it may be signed so now. An expired payout takes only the nonce that it had, so that at most
    /// one of its extrinsics can ever be included.</summary>
    /// <param name="payout">As the books have it.</param>
    /// <param name="nonce">Of the new extrinsic.</param>
    /// <param name="now">The books' clock, Unix milliseconds.</param>
    internal static bool CanSign(Payout payout, long nonce, long now)
    {
        var isItsOwn = payout.Nonce is not { } before || before == nonce;
#if MUTANTS
        isItsOwn |= Mutant.Is(20);
#endif
        return isItsOwn && Allows(payout, PayoutState.Signed) && payout.NotBefore.ToUnixTimeMilliseconds() <= now;
    }

    /// <summary>Whether a refund can still be taken back.</summary>
    internal static bool CanCancel(Payout payout) => payout is
    {
        Kind: PayoutKind.Refund,
        State: PayoutState.Requested or PayoutState.Approved1 or PayoutState.Approved2,
    };

    /// <summary>Whether it may be signed anew, with whatever nonce is next, since a finalized block says that its
    /// extrinsic ran and failed: so it paid nothing and never will.</summary>
    internal static bool CanRelease(Payout payout, string hash) =>
        payout.Hash == hash
        && payout.State is PayoutState.Signed or PayoutState.Broadcast or PayoutState.Expired;

    /// <summary>Where it stands then: ready, as before it was signed.</summary>
    internal static PayoutState Released(PayoutKind kind) => kind switch
    {
        PayoutKind.Refund => PayoutState.Approved2,
        PayoutKind.Miner => PayoutState.Requested,
    };

    /// <summary>What a person's approval comes to.</summary>
    internal static Approval Approve(Payout? payout, string person) =>
        payout is not { Kind: PayoutKind.Refund, State: PayoutState.Requested or PayoutState.Approved1 }
            ? Approval.NotWaiting
            : payout.RequestedBy == person ? Approval.ByRequester
            : payout.Approvers.Contains(person) ? Approval.Twice
            : payout.State == PayoutState.Requested ? Approval.First : Approval.Second;

    /// <summary>What a payment books: less on the chain, less of what it was a debt of. The chain's
    /// <paramref name="fee"/>, in rao, comes out of our revenue.</summary>
    internal static Entry[] Paid(Payout payout, string from, long fee)
    {
        Entry[] ofFee = fee == 0
            ? []
            : [new("revenue", Books.RaoAsset, fee), new("chain/" + from, Books.RaoAsset, -fee)];
        return
        [
            new(payout.Kind == PayoutKind.Miner ? payout.Parts[0].Source : "refunds_clearing",
                Books.RaoAsset, payout.Amount.Value),
            new("chain/" + from, Books.RaoAsset, -payout.Amount.Value),
            .. ofFee,
        ];
    }

    /// <summary>Whether it ended.</summary>
    internal static bool IsFinal(PayoutState state) =>
        state is PayoutState.Finalized or PayoutState.Failed or PayoutState.Cancelled;

    private static bool IsReady(Payout payout) => payout.Kind switch
    {
        PayoutKind.Refund => payout.State is PayoutState.Approved2 or PayoutState.Expired,
        PayoutKind.Miner => payout.State is PayoutState.Requested or PayoutState.Expired,
    };
}
