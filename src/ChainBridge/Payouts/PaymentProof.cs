using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What the events of an extrinsic of ours say about our money.</summary>
internal static class PaymentProof
{
    /// <summary>Whether there is a transfer of its own for every order.</summary>
    public static bool Pays(
        ImmutableArray<ChainEvent> events, string wallet, ImmutableArray<PayoutOrder> orders)
    {
        var left = Transfers(events).Where(one => one.From == wallet).ToList();
        return orders.All(order => left.Remove((wallet, order.Destination, order.Amount)));
    }

    /// <summary>Whether anything left the wallet to anybody.</summary>
    public static bool Spends(ImmutableArray<ChainEvent> events, string wallet) =>
        Transfers(events).Any(one => one.From == wallet);

    /// <summary>All transfers, in order.</summary>
    public static IEnumerable<(string From, string To, Rao Amount)> Transfers(ImmutableArray<ChainEvent> events) =>
        events.Where(one => one.Is("Balances", "Transfer")).Select(one => (
            Ss58.Encode(one["from"].ToAccount().Span), Ss58.Encode(one["to"].ToAccount().Span),
            one["amount"].ToRao()));

    /// <summary>What the extrinsic cost who signed it.</summary>
    public static Rao FeeOf(ImmutableArray<ChainEvent> events)
    {
        var paid = events.FirstOrDefault(one => one.Is("TransactionPayment", "TransactionFeePaid"));
        return paid is null ? default : paid["actual_fee"].ToRao();
    }
}
