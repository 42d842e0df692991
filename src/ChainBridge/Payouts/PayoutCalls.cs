using System.Collections.Immutable;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Staking;

namespace Gateway.ChainBridge.Payouts;

/// <summary>The calls that pay, and what a runtime must have for them.</summary>
internal static class PayoutCalls
{
    /// <summary>The most orders of one extrinsic.</summary>
    public const int MostOrders = 50;

    private static readonly (string, string)[] Calls =
        [("Balances", "transfer_keep_alive"), ("Utility", "batch_all")];

    private static readonly (string, string)[] Events =
    [
        ("Balances", "Transfer"), ("TransactionPayment", "TransactionFeePaid"), ("System", "ExtrinsicSuccess"),
        ("System", "ExtrinsicFailed"),
    ];

    /// <summary>What payments stand on.</summary>
    public static string ShapeOf(RuntimeMetadata metadata) => RuntimeShape.Of(metadata, Calls, Events);

    /// <summary>One order as a transfer or a move of stake, several as a batch that pays all or none.</summary>
    /// <exception cref="RuntimeDriftException">The runtime has other calls.</exception>
    public static ScaleValue.Case Pay(RuntimeMetadata metadata, ImmutableArray<PayoutOrder> orders) =>
        orders is [var only]
            ? StakeOrders.IsStake(only.Kind) ? StakeOrders.CallOf(metadata, only) : Transfer(metadata, only)
            : RuntimeCall.Of(
                metadata, "Utility", "batch_all",
                ("calls", ScaleValue.ListOf([.. orders.Select(order => Transfer(metadata, order))])));

    private static ScaleValue.Case Transfer(RuntimeMetadata metadata, PayoutOrder order) => RuntimeCall.Of(
        metadata,
        "Balances",
        "transfer_keep_alive",
        ("dest", RuntimeCall.AddressOf(Accounts.Of(order.Destination))),
        ("value", ScaleValue.Of((UInt128)order.Amount.Value)));
}

/// <summary>Addresses as bytes and back.</summary>
internal static class Accounts
{
    /// <exception cref="ArgumentException">The text is no address with prefix 42.</exception>
    public static byte[] Of(string address)
    {
        var account = new byte[Ss58.AccountLength];
        return Ss58.TryDecode(address, account, out var fault)
            ? account
            : throw new ArgumentException(fault.ToString(), nameof(address));
    }
}
