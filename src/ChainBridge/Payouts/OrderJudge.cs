using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Staking;
using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Whether an order may be paid, by rules of the signer's own: whatever the books say, nothing else is
/// signed.</summary>
internal sealed class OrderJudge(SignerParts parts)
{
    private const int WantedApprovals = 2;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    /// <summary>The verdict on an order.</summary>
    /// <param name="order">As the books have it.</param>
    /// <param name="picked">What the same extrinsic pays beside it.</param>
    /// <param name="head">The chain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<Verdict> JudgeAsync(
        PayoutOrder order,
        IReadOnlyCollection<PayoutOrder> picked,
        FinalState head,
        CancellationToken cancellationToken)
    {
        // Whatever became of the books' row since: what this log ended is never signed for again.
        if (parts.Log.IsSettled(order.Id))
        {
            return Verdict.Hold("by the signer's own log it was paid, given up, or is under way");
        }

        if (order.Amount.Value <= 0 || ChainAddress.Problem(order.Destination) is not null)
        {
            return Verdict.Hold("it has no amount or no destination");
        }

        if (parts.Options.OwnAccounts.Contains(order.Destination))
        {
            return Verdict.Hold("its destination is an account of ours");
        }

        var verdict = StakeOrders.IsStake(order.Kind) ? await JudgeStakeAsync(order, cancellationToken)
            : order.Kind == OrderKind.Refund ? JudgeApprovals(order)
            : await JudgeOwnerAsync(order, head, cancellationToken);
        return verdict.MayPay ? JudgeCap(order, picked) : verdict;
    }

    /// <summary>Who owns a hotkey at a finalized block, by as many nodes as must agree; null when the chain knows
    /// nobody.</summary>
    /// <exception cref="RpcException">They do not agree, or too few answer.</exception>
    public static async Task<string?> OwnerAsync(
        FinalState head, string hotkey, CancellationToken cancellationToken)
    {
        var metadata = head.Runtime.Metadata;
        var key = StorageKeys.Of(metadata, "SubtensorModule", "Owner", ScaleValue.Of(Accounts.Of(hotkey)));
        var stored = await head.StorageAsync(key, cancellationToken);
        var owner = StorageValues.Read(metadata, "SubtensorModule", "Owner", stored)?.ToAccount();

        // A hotkey that nobody registered reads as owned by the account of zeros.
        return owner is { } account && account.Span.ContainsAnyExcept((byte)0)
            ? Keys.Ss58.Encode(account.Span)
            : null;
    }

    private Verdict JudgeApprovals(PayoutOrder order)
    {
        var approvers = order.Approvals
            .Select(approval => parts.Options.Approvers.FirstOrDefault(one => one.Person == approval.Person
                && approval.Proof is { } proof && PayoutChallenge.IsProof(order, one.Address, proof)))
            .OfType<Approver>()
            .Where(one => one.Person != order.RequestedBy)
            .ToList();
        var isProven = approvers.DistinctBy(one => one.Person).Count() >= WantedApprovals
            && approvers.DistinctBy(one => one.Address).Count() >= WantedApprovals;
        return isProven
            ? Verdict.Pay
            : Verdict.Hold("it lacks the signatures of two approvers of the signer's list under this very payment");
    }

    private async Task<Verdict> JudgeStakeAsync(PayoutOrder order, CancellationToken cancellationToken)
    {
        if (StakeOrders.PlacesOf(order) is not { } places)
        {
            return Verdict.Refuse("it does not say whose stake it moves");
        }

        if (places.Any(place => !parts.Options.StakeHotkeys.Contains(place.Hotkey.Ss58)))
        {
            return Verdict.Hold("a hotkey of it is not on the signer's list");
        }

        // What is staked is no customer's any more, so it must have been ours. A simulated chain's wallet is filled
        // with rao of ours when it signs.
        var verdict = JudgeApprovals(order);
        return verdict.MayPay && order.Kind == OrderKind.StakeAdd && order.Nonce is null
            && parts.Options.Faucet is null
            && (await parts.Queue.OwnRaoAsync(cancellationToken)).Value < order.Amount.Value
            ? Verdict.Hold("our own rao does not cover it")
            : verdict;
    }

    private async Task<Verdict> JudgeOwnerAsync(
        PayoutOrder order, FinalState head, CancellationToken cancellationToken)
    {
        var hotkey = order.Miner?.Ss58 ?? "";
        if (ChainAddress.Problem(hotkey) is not null)
        {
            return Verdict.Hold("it names no miner");
        }

        string? owner;
        try
        {
            owner = await OwnerAsync(head, hotkey, cancellationToken);
        }
        catch (RpcException failure)
        {
            return Verdict.Hold($"who owns {hotkey} is not certain: {failure.Message}");
        }

        if (owner != order.Destination)
        {
            return Verdict.Refuse($"{hotkey} is owned by {owner ?? "nobody"} and not by its destination");
        }

        var since = parts.Log.OwnerSince(hotkey, owner, parts.Now);
        return parts.Now - since >= parts.Options.OwnerWait
            ? Verdict.Pay
            : Verdict.Hold($"{hotkey} has had this owner for less than {parts.Options.OwnerWait}");
    }

    // An order that expired counts once like any other, on the day it is signed again: that it was signed before is
    // the books' word, and by itself lifts no bound.
    private Verdict JudgeCap(PayoutOrder order, IReadOnlyCollection<PayoutOrder> picked)
    {
        if (CapOf(order.Kind) is not { } cap)
        {
            return Verdict.Pay;
        }

        PayoutOrder[] together = [.. picked, order];
        var signed = parts.Log.SignedSince(
            order.Kind, parts.Now - Day, together.Select(one => one.Id).ToHashSet());
        return together.Aggregate((Int128)signed, (sum, one) => sum + one.Amount.Value) <= cap.Value
            ? Verdict.Pay
            : Verdict.Hold("the day's cap is reached");
    }

    // Null: what comes back, or stays with hotkeys on the list, is not capped.
    private Rao? CapOf(OrderKind kind) => kind switch
    {
        OrderKind.Refund => parts.Options.DailyRefunds,
        OrderKind.Miner => parts.Options.DailyMiners,
        OrderKind.StakeAdd => parts.Options.DailyStakes,
        OrderKind.StakeRemove or OrderKind.StakeMove => null,
    };
}

/// <summary>Whether an order may be paid.</summary>
/// <param name="MayPay">Now.</param>
/// <param name="IsFinal">Whether it never can.</param>
/// <param name="Because">Why not.</param>
internal readonly record struct Verdict(bool MayPay, bool IsFinal, string Because)
{
    public static Verdict Pay { get; } = new(true, false, "");

    public static Verdict Hold(string because) => new(false, false, because);

    public static Verdict Refuse(string because) => new(false, true, because);
}
