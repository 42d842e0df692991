namespace Gateway.Router.Forwarding;

/// <summary>Cuts the caller's connection off when he takes nothing of an answer's end for too long; the server itself
/// knows no least rate, since a stream may be silent. What the connection takes at once costs no timer.</summary>
internal sealed class CallerWatch(ChatCall call)
{
    private readonly long _began = call.Time.GetTimestamp();

    /// <summary>Waits until the connection took what is being sent.</summary>
    internal ValueTask WatchAsync(ValueTask sending) => sending.IsCompletedSuccessfully ? sending : WaitAsync(sending);

    private async ValueTask WaitAsync(ValueTask sending)
    {
        var left = call.Limits.CallerTotal - call.Time.GetElapsedTime(_began);
        left = left < call.Limits.CallerStall ? left : call.Limits.CallerStall;
        using var stall = new CancellationTokenSource(left > TimeSpan.Zero ? left : TimeSpan.Zero, call.Time);
        using var abort = stall.Token.UnsafeRegister(static call => ((ChatCall)call!).Context.Abort(), call);
        var isOurs = call.Clock.BeginWait();
        try
        {
            await sending;
        }
        finally
        {
            if (isOurs)
            {
                call.Clock.EndWait();
            }
        }
    }
}
