using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.ChainBridge.Staking;

/// <summary>A move of stake that somebody asks for.</summary>
/// <param name="Kind">One of the three kinds that move stake.</param>
/// <param name="From">The hotkey and subnet that get the stake, or that it is taken off.</param>
/// <param name="Amount">Rao to stake, or billionths of alpha to take off or to move.</param>
public sealed record StakeWish(OrderKind Kind, StakePlace From, Rao Amount)
{
    /// <summary>Where stake is moved to; null otherwise.</summary>
    public StakePlace? To { get; init; }

    /// <summary>Why it cannot be asked for; null: it can.</summary>
    internal string? Problem()
    {
        var isMove = Kind == OrderKind.StakeMove;
        return !StakeOrders.IsStake(Kind) ? "Only stake is moved here."
            : Amount.Value <= 0 ? "The amount must be above zero."
            : Kind == OrderKind.StakeAdd && Amount.Value < StakeCalls.Least
                ? $"The network stakes {StakeCalls.Least} rao at least."
            : isMove != To.HasValue ? "A move names two places, everything else one."
            : ChainAddress.Problem(From.Hotkey.Ss58)
                ?? (To is { } to ? ChainAddress.Problem(to.Hotkey.Ss58) : null);
    }
}

/// <summary>Where stake lies.</summary>
/// <param name="NetUid">In which subnet.</param>
/// <param name="Hotkey">On whom.</param>
public readonly record struct StakePlace(NetUid NetUid, Hotkey Hotkey);

/// <summary>A request and how it stands.</summary>
/// <param name="Order">As approvers sign it.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Because">Why it ended without being done; null otherwise.</param>
public sealed record StakeLine(PayoutOrder Order, OrderStage Stage, string? Because);

/// <summary>What a move of stake did to a wallet.</summary>
/// <param name="Hash">The extrinsic.</param>
/// <param name="Wallet">Whose rao.</param>
/// <param name="Change">What it has more, the fee not counted; below zero for what was staked.</param>
/// <param name="Fee">The chain's.</param>
public sealed record StakeReport(string Hash, string Wallet, Rao Change, Rao Fee);
