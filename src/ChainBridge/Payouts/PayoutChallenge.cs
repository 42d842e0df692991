using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What an approver signs: which payment, to whom, how much, made of what. A changed row is another challenge,
/// and the old signatures are worth nothing.</summary>
public static class PayoutChallenge
{
    private const string Version = "gateway-payout-v1";

    /// <summary>SHA-256 of the payment in a fixed text form, as 64 hex digits: the message that is signed, wrapped in
    /// <c>&lt;Bytes&gt;</c> as wallets do.</summary>
    public static string Of(PayoutOrder order)
    {
        var text = new StringBuilder(Version)
            .Append('\n').Append(order.Id)
            .Append('\n').Append(WordOf(order.Kind))
            .Append('\n').Append(order.Destination)
            .Append('\n').Append(order.Amount.Value.ToString(CultureInfo.InvariantCulture));
        foreach (var part in order.Parts)
        {
            text.Append(
                CultureInfo.InvariantCulture, $"\n{part.Source} {part.Amount.Value} {part.Credit.Value}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>Whether a proof is an approver's signature of the order's challenge.</summary>
    /// <param name="order">What is paid.</param>
    /// <param name="address">The approver's account or passkey.</param>
    /// <param name="proof"><c>0x</c> and 128 hex digits; of a passkey, the assertion's answer as JSON.</param>
    public static bool IsProof(PayoutOrder order, string address, string proof) =>
        ApproverPasskey.IsOne(address)
            ? ApproverPasskey.HasSigned(address, Of(order), proof)
            : ChainAddress.HasSigned(address, Of(order), proof);

    private static string WordOf(OrderKind kind) => kind switch
    {
        OrderKind.Refund => "refund",
        OrderKind.Miner => "miner",
        OrderKind.StakeAdd => "add_stake",
        OrderKind.StakeRemove => "remove_stake",
        OrderKind.StakeMove => "move_stake",
    };
}
