using Gateway.Api.OpenAi;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Idempotency;

/// <summary>A request that runs under an Idempotency-Key, among the request's features: its endpoint tells it what the
/// books said, and it ends the key accordingly, once.</summary>
internal sealed class KeptCall(IdempotentCalls calls, IdempotentCall call, KeepWhen rule, HttpResponse response)
{
    private NanoUsd _charge;
    private bool _isUnknown;
    private bool _isBroken;
    private bool _isEnded;

    public IdempotentCall Call => call;

    /// <summary>Whether this request is the one that counts.</summary>
    public bool IsKept => rule switch
    {
        KeepWhen.Charged => _charge.Value > 0,
        KeepWhen.Succeeded => !_isBroken && response.StatusCode is >= 200 and <= 299,
    };

    /// <summary>Ties the key to what pays for the request. Every endpoint that charges calls it with its hold, before
    /// it dispatches anything.</summary>
    /// <exception cref="RefusedException">The key is another's by now, or the books do not answer.</exception>
    public async Task BindAsync(Hold hold)
    {
        try
        {
            if (await calls.TryBindAsync(call, hold))
            {
                return;
            }
        }
        catch (BillingUnavailableException)
        {
            throw new RefusedException(IdempotencyErrors.Unavailable());
        }

        throw new RefusedException(IdempotencyErrors.InProgress());
    }

    /// <summary>Takes note of what became of the charge. Every endpoint that charges says it, before it ends its
    /// answer.</summary>
    public void Note(Settled settled)
    {
        (_charge, _isUnknown) = (settled.Charge, settled.Outcome == SettleOutcome.Unavailable);
        if (IsKept)
        {
            // The answer is paid for: it is written to its end for the next call, also when this caller has left.
            response.HttpContext.RequestAborted = CancellationToken.None;
        }
    }

    /// <summary>A request that counts is noted as done before the bytes leave that end its answer.</summary>
    public Task BeforeSendingAsync() => IsKept ? EndAsync(null) : Task.CompletedTask;

    /// <summary>The endpoint broke: what was charged before stays charged, all else may run again.</summary>
    public Task BreakAsync()
    {
        // Its status is still the one every response starts with.
        _isBroken = true;
        return EndAsync(null);
    }

    /// <summary>Ends the key: done with this answer, free to run again, or left to the books when nobody knows. Only
    /// the first end counts.</summary>
    /// <param name="answer">Null when it cannot be given again.</param>
    public async Task EndAsync(KeptAnswer? answer)
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        if (_isUnknown)
        {
            calls.Leave(call);
        }
        else if (IsKept)
        {
            await calls.CompleteAsync(call, answer);
        }
        else
        {
            await calls.ForgetAsync(call);
        }
    }
}
