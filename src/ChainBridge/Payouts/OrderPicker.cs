using System.Collections.Immutable;
using Gateway.Core;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Chooses what the next extrinsic pays.</summary>
internal sealed partial class OrderPicker(SignerParts parts, ILogger log)
{
    private readonly OrderJudge _judge = new(parts);
    private readonly Dictionary<string, string> _held = [];

    /// <summary>How many orders wait although the books call them ready.</summary>
    public int Held => _held.Count;

    /// <summary>The least that the wallet must hold for an order which it could not pay; null: there was none.
    /// </summary>
    public long? Lacking { get; private set; }

    /// <summary>The orders of the next extrinsic; none when there is nothing to pay.</summary>
    /// <param name="ready">What the books call ready.</param>
    /// <param name="free">What the wallet holds.</param>
    /// <param name="head">The chain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<ImmutableArray<PayoutOrder>> PickAsync(
        IReadOnlyList<PayoutOrder> ready, Rao free, FinalState head, CancellationToken cancellationToken)
    {
        Forget(ready);
        Lacking = null;

        // What expired comes first: it may only take the nonce that is next now, and that nonce is kept for it when the
        // log says the same.
        var again = ready.Where(order => order.Nonce is not null).OrderByDescending(parts.Log.HasExpired).ToList();
        var picked = await PickOfAsync(
            again.Where(order => order.Nonce == again[0].Nonce), free, head, cancellationToken);
        return picked.IsEmpty && !again.Any(parts.Log.HasExpired)
            ? await PickOfAsync(ready.Where(order => order.Nonce is null), free, head, cancellationToken)
            : picked;
    }

    private async Task<ImmutableArray<PayoutOrder>> PickOfAsync(
        IEnumerable<PayoutOrder> candidates, Rao free, FinalState head, CancellationToken cancellationToken)
    {
        var picked = ImmutableArray.CreateBuilder<PayoutOrder>();
        foreach (var order in candidates)
        {
            var first = picked.FirstOrDefault();
            if (first is null || (picked.Count < RoomOf(first) && IsOneBatch(first, order)))
            {
                picked.AddRange(await TakeAsync(order, picked, (free, head), cancellationToken));
            }
        }

        return picked.DrainToImmutable();
    }

    // A batch that the chain refused is halved each time, until the one order is found that it cannot pay.
    private static int RoomOf(PayoutOrder first) => first.Nonce is not null
        ? PayoutCalls.MostOrders
        : Math.Max(1, PayoutCalls.MostOrders >> first.Tries);

    private static bool IsOneBatch(PayoutOrder first, PayoutOrder other) =>
        first.Kind == OrderKind.Miner && other.Kind == OrderKind.Miner && first.Tries == other.Tries;

    private async Task<ImmutableArray<PayoutOrder>> TakeAsync(
        PayoutOrder order,
        IReadOnlyCollection<PayoutOrder> picked,
        (Rao Free, FinalState Head) at,
        CancellationToken cancellationToken)
    {
        var verdict = await _judge.JudgeAsync(order, picked, at.Head, cancellationToken);
        verdict = verdict.MayPay ? JudgeFunds(order, picked, at.Free) : verdict;
        if (verdict.MayPay)
        {
            _held.Remove(order.Id);
            return [order];
        }

        if (verdict.IsFinal)
        {
            Log.Refused(log, order.Id, verdict.Because);
            _ = await parts.Queue.FailedAsync(order.Id, verdict.Because, cancellationToken);
        }
        else if (_held.GetValueOrDefault(order.Id) != verdict.Because)
        {
            _held[order.Id] = verdict.Because;
            Log.IsHeld(log, order.Id, verdict.Because);
        }

        return [];
    }

    // One order that is larger than the float must not hold up all the others. What expired waits for the wallet to be
    // filled, since the nonce is its own.
    private Verdict JudgeFunds(PayoutOrder order, IReadOnlyCollection<PayoutOrder> picked, Rao free)
    {
        var needed = HotWallet.Needed([.. picked, order]);
        if (order.Nonce is not null || needed <= free.Value)
        {
            return Verdict.Pay;
        }

        Lacking = Math.Min(Lacking ?? long.MaxValue, needed);
        return Verdict.Hold("the wallet holds too little for it");
    }

    private void Forget(IReadOnlyList<PayoutOrder> ready)
    {
        var ids = ready.Select(order => order.Id).ToHashSet();
        foreach (var gone in _held.Keys.Where(id => !ids.Contains(id)).ToList())
        {
            _held.Remove(gone);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3110, LogLevel.Warning, "The payout {Id} is held: {Because}")]
        public static partial void IsHeld(ILogger logger, string id, string because);

        [LoggerMessage(3111, LogLevel.Warning, "The payout {Id} is refused: {Because}")]
        public static partial void Refused(ILogger logger, string id, string because);
    }
}
