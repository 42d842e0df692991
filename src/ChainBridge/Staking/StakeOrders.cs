using System.Collections.Immutable;
using System.Globalization;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Staking;

/// <summary>Moves of stake as the signer's orders: each place is a part named <c>stake/{netuid}/{hotkey}</c>.</summary>
internal static class StakeOrders
{
    private const string Pallet = "SubtensorModule";
    private const string Prefix = "stake/";

    private static readonly (string, string)[] Calls =
        [(Pallet, "add_stake"), (Pallet, "remove_stake"), (Pallet, "move_stake")];

    private static readonly (string, string)[] Events =
    [
        (Pallet, "StakeAdded"), (Pallet, "StakeRemoved"), (Pallet, "StakeMoved"),
        ("TransactionPayment", "TransactionFeePaid"),
    ];

    /// <summary>What moves of stake stand on.</summary>
    public static string ShapeOf(RuntimeMetadata metadata) => RuntimeShape.Of(metadata, Calls, Events);

    public static bool IsStake(OrderKind kind) =>
        kind is OrderKind.StakeAdd or OrderKind.StakeRemove or OrderKind.StakeMove;

    /// <summary>The parts of a wish.</summary>
    public static IReadOnlyList<OrderPart> PartsOf(StakeWish wish) =>
    [
        .. new[] { wish.From, wish.To }.OfType<StakePlace>().Select(place => new OrderPart(
            string.Create(CultureInfo.InvariantCulture, $"{Prefix}{place.NetUid}/{place.Hotkey}"),
            wish.Amount, default)),
    ];

    /// <summary>The places of an order; null when it is none that could be carried out.</summary>
    public static ImmutableArray<StakePlace>? PlacesOf(PayoutOrder order)
    {
        var places = order.Parts.Select(part => PlaceOf(part.Source)).OfType<StakePlace>().ToImmutableArray();
        return places.Length == order.Parts.Count && places.Length == (order.Kind == OrderKind.StakeMove ? 2 : 1)
            && order.Parts.All(part => part.Amount == order.Amount)
            && places[^1].Hotkey.Ss58 == order.Destination
            ? places
            : null;
    }

    /// <summary>The call that carries an order out.</summary>
    /// <exception cref="RuntimeDriftException">The runtime has another.</exception>
    public static ScaleValue.Case CallOf(RuntimeMetadata metadata, PayoutOrder order)
    {
        var places = PlacesOf(order) ?? throw new InvalidOperationException($"{order.Id} names no places.");
        var (hotkey, netuid) = (places[0].Hotkey.Ss58, places[0].NetUid.Value);
        var alpha = (ulong)order.Amount.Value;
        return order.Kind switch
        {
            OrderKind.StakeAdd => StakeCalls.Add(metadata, hotkey, netuid, order.Amount),
            OrderKind.StakeRemove => StakeCalls.Remove(metadata, hotkey, netuid, alpha),
            _ => StakeCalls.Move(
                metadata, (hotkey, netuid), (places[1].Hotkey.Ss58, places[1].NetUid.Value), alpha),
        };
    }

    /// <summary>What an order changed at its wallet, by the events of its extrinsic; null when they do not tell of it.
    /// </summary>
    public static Rao? ChangeOf(ImmutableArray<ChainEvent> events, PayoutOrder order)
    {
        var moved = StakeCalls.Moved(events);
        return order.Kind switch
        {
            // The pool may take less than was offered; never more.
            OrderKind.StakeAdd => moved is var (tao, _) && tao.Value <= order.Amount.Value
                && events.Any(one => one.Is(Pallet, "StakeAdded")) ? new Rao(-order.Amount.Value) : null,
            OrderKind.StakeRemove => moved is var (tao, _)
                && events.Any(one => one.Is(Pallet, "StakeRemoved")) ? tao : null,
            _ => events.Any(one => one.Is(Pallet, "StakeMoved")) ? default(Rao) : null,
        };
    }

    private static StakePlace? PlaceOf(string source)
    {
        var parts = source.StartsWith(Prefix, StringComparison.Ordinal) ? source[Prefix.Length..].Split('/') : [];
        return parts is [var net, var hotkey]
            && ushort.TryParse(net, NumberStyles.None, CultureInfo.InvariantCulture, out var netuid)
            ? new StakePlace(new NetUid(netuid), new Hotkey(hotkey))
            : null;
    }
}
