using Gateway.Api.Idempotency;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Batches;

/// <summary>Asks the books what became of a line whose worker died, or was not told: they know by its key.</summary>
internal sealed class LineCharges(IdempotentCalls calls, AnswerSeal seal, TimeProvider time)
{
    /// <summary>Whether a line was charged; null while nobody knows.</summary>
    public async Task<bool?> IsChargedAsync(LineOrder order, CancellationToken ct)
    {
        var fingerprint = IdempotentEndpoints.Fingerprint(order.Endpoint, "", order.Body);
        var call = new IdempotentCall(
            order.Caller.Org, order.Caller.Key, seal.Hash(order.IdempotencyKey), fingerprint, RequestId.Create(time));
        switch (await calls.BeginAsync(call, ct))
        {
            case Begun.First:
                await calls.ForgetAsync(call);
                return false;
            case Begun.Replay or Begun.NotReplayable:
                return true;
            case Begun.Reused:
                // Somebody used this key for a request of his own: the line never ran under it.
                return false;
            default:
                return null;
        }
    }
}
