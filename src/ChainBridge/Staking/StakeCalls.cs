using System.Collections.Immutable;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;
using Gateway.Core;

namespace Gateway.ChainBridge.Staking;

/// <summary>Moves of stake. A coldkey signs them; what they moved only the events tell, since pools set the price.
/// </summary>
internal static class StakeCalls
{
    /// <summary>The least that the network stakes (opentensor/subtensor, DefaultMinStake).</summary>
    public const long Least = 2_000_000;

    private const string Pallet = "SubtensorModule";

    /// <summary>Stakes rao on a hotkey in a subnet.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Less than <see cref="Least"/>.</exception>
    /// <exception cref="RuntimeDriftException">The runtime stakes in another way.</exception>
    public static ScaleValue.Case Add(RuntimeMetadata metadata, string hotkey, ushort netuid, Rao amount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(amount.Value, Least, nameof(amount));
        return RuntimeCall.Of(
            metadata, Pallet, "add_stake",
            ("hotkey", AccountOf(hotkey)),
            ("netuid", ScaleValue.Of((UInt128)netuid)),
            ("amount_staked", ScaleValue.Of((UInt128)amount.Value)));
    }

    /// <summary>Takes alpha back off a hotkey.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public static ScaleValue.Case Remove(RuntimeMetadata metadata, string hotkey, ushort netuid, ulong alpha) =>
        RuntimeCall.Of(
            metadata, Pallet, "remove_stake",
            ("hotkey", AccountOf(hotkey)),
            ("netuid", ScaleValue.Of((UInt128)netuid)),
            ("amount_unstaked", ScaleValue.Of(alpha)));

    /// <summary>Moves alpha from one hotkey and subnet to another.</summary>
    /// <inheritdoc cref="Add" path="/exception"/>
    public static ScaleValue.Case Move(
        RuntimeMetadata metadata,
        (string Hotkey, ushort NetUid) from,
        (string Hotkey, ushort NetUid) to,
        ulong alpha) => RuntimeCall.Of(
            metadata, Pallet, "move_stake",
            ("origin_hotkey", AccountOf(from.Hotkey)),
            ("destination_hotkey", AccountOf(to.Hotkey)),
            ("origin_netuid", ScaleValue.Of((UInt128)from.NetUid)),
            ("destination_netuid", ScaleValue.Of((UInt128)to.NetUid)),
            ("alpha_amount", ScaleValue.Of(alpha)));

    /// <summary>What a stake or its removal moved: the rao that left or came back, and the alpha. Null when the events
    /// do not tell of it.</summary>
    /// <param name="events">Of the extrinsic.</param>
    /// <exception cref="RuntimeDriftException">The event has other fields than those of spec 224 to 424.</exception>
    public static (Rao Tao, ulong Alpha)? Moved(ImmutableArray<ChainEvent> events)
    {
        var told = events.FirstOrDefault(one => one.Is(Pallet, "StakeAdded") || one.Is(Pallet, "StakeRemoved"));
        if (told is null)
        {
            return null;
        }

        // Coldkey, hotkey, rao, alpha, subnet, and since spec 343 the fee.
        return told.Value.Fields.Length >= 5
            ? (told.Value[2].ToRao(), told.Value[3].ToUInt64())
            : throw new RuntimeDriftException($"{told.Name} has {told.Value.Fields.Length} fields.");
    }

    private static ScaleValue.Bytes AccountOf(string address) =>
        ScaleValue.Of((ReadOnlySpan<byte>)Accounts.Of(address));
}
