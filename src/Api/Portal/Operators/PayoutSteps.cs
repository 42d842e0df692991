using Gateway.Billing;

namespace Gateway.Api.Portal.Operators;

/// <summary>A payout's way: asked for, approved by one, by two, signed, in a block, final. Miners' payouts are made of
/// what is owed and take nobody's word.</summary>
internal static class PayoutSteps
{
    private static readonly PayoutState[] OfRefund =
    [
        PayoutState.Requested, PayoutState.Approved1, PayoutState.Approved2, PayoutState.Signed, PayoutState.Broadcast,
        PayoutState.Finalized,
    ];

    private static readonly PayoutState[] OfMiner =
        [PayoutState.Requested, PayoutState.Signed, PayoutState.Broadcast, PayoutState.Finalized];

    /// <summary>All steps of a payout, in order.</summary>
    public static IReadOnlyList<PayoutState> Of(Payout payout) =>
        payout.Kind == PayoutKind.Refund ? OfRefund : OfMiner;

    /// <summary>The last step that it has reached, from 0. What expired was signed; what ended unpaid goes no
    /// further than it was approved.</summary>
    public static int Reached(Payout payout)
    {
        var state = payout.State switch
        {
            PayoutState.Expired => PayoutState.Signed,
            PayoutState.Failed or PayoutState.Cancelled => payout.Approvers.Count switch
            {
                0 => PayoutState.Requested,
                1 => PayoutState.Approved1,
                _ => PayoutState.Approved2,
            },
            var other => other,
        };
        return Array.IndexOf([.. Of(payout)], state);
    }

    /// <summary>Whether it ended without being paid.</summary>
    public static bool IsUndone(Payout payout) => payout.State is PayoutState.Failed or PayoutState.Cancelled;

    /// <summary>Whether it waits for people.</summary>
    public static bool IsWaiting(Payout payout) =>
        payout is { Kind: PayoutKind.Refund, State: PayoutState.Requested or PayoutState.Approved1 };
}
