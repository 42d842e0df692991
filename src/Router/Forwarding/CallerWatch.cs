namespace Gateway.Router.Forwarding;

/// <summary>Cuts the caller's connection off when he takes nothing of an answer's end for too long; the server itself
/// knows no least rate, since a stream may be silent.</summary>
internal sealed class CallerWatch : IDisposable
{
    private readonly ChatCall _call;
    private readonly CancellationTokenSource _source;
    private readonly CancellationTokenRegistration _departure;
    private readonly CancellationTokenRegistration _abort;
    private readonly long _began;

    internal CallerWatch(ChatCall call, CancellationToken ct)
    {
        _call = call;
        _began = call.Time.GetTimestamp();
        _source = new(call.Limits.CallerStall, call.Time);
        _departure = ct.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), _source);
        _abort = _source.Token.UnsafeRegister(static call => ((ChatCall)call!).Context.Abort(), call);
    }

    internal CancellationToken Token => _source.Token;

    public void Dispose()
    {
        _departure.Dispose();
        _abort.Dispose();
        _source.Dispose();
    }

    /// <summary>Notes that the caller took something.</summary>
    internal void Restart()
    {
        var left = _call.Limits.CallerTotal - _call.Time.GetElapsedTime(_began);
        left = left < _call.Limits.CallerStall ? left : _call.Limits.CallerStall;
        _source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
    }
}
