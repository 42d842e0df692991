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

    /// <summary>The orders of the next extrinsic; none when there is nothing to pay.</summary>
    public async Task<ImmutableArray<PayoutOrder>> PickAsync(
        IReadOnlyList<PayoutOrder> ready, FinalState head, CancellationToken cancellationToken)
    {
        Forget(ready);

        // What expired comes first: it may only take the nonce that is next now.
        var candidates = ready.Where(order => order.Nonce is not null).ToList();
        var nonce = candidates.FirstOrDefault()?.Nonce;
        candidates = nonce is null ? [.. ready] : [.. candidates.Where(order => order.Nonce == nonce)];
        var picked = ImmutableArray.CreateBuilder<PayoutOrder>();
        foreach (var order in candidates)
        {
            var first = picked.FirstOrDefault();
            if (first is null || (picked.Count < RoomOf(first) && IsOneBatch(first, order)))
            {
                picked.AddRange(await TakeAsync(order, picked, head, cancellationToken));
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
        PayoutOrder order, IEnumerable<PayoutOrder> picked, FinalState head, CancellationToken cancellationToken)
    {
        var taken = new Rao(picked.Sum(one => one.Amount.Value));
        var verdict = await _judge.JudgeAsync(order, taken, head, cancellationToken);
        if (verdict.MayPay)
        {
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
