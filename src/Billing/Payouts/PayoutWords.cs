namespace Gateway.Billing;

/// <summary>Payouts' enums as the store spells them.</summary>
internal static class PayoutWords
{
    internal static string Of(PayoutState state) => state switch
    {
        PayoutState.Requested => "requested",
        PayoutState.Approved1 => "approved1",
        PayoutState.Approved2 => "approved2",
        PayoutState.Signed => "signed",
        PayoutState.Broadcast => "broadcast",
        PayoutState.Expired => "expired",
        PayoutState.Finalized => "finalized",
        PayoutState.Failed => "failed",
        PayoutState.Cancelled => "cancelled",
    };

    internal static PayoutState StateOf(string word) =>
        Enum.GetValues<PayoutState>().First(state => Of(state) == word);

    internal static string Of(PayoutKind kind) => kind switch
    {
        PayoutKind.Refund => "refund",
        PayoutKind.Miner => "miner",
    };

    internal static PayoutKind KindOf(string word) => Enum.GetValues<PayoutKind>().First(kind => Of(kind) == word);
}
