using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Reads a whole answer, checks it, and keeps its choices written anew.</summary>
internal sealed class WholeReceiver(ChatCall call, Upstream upstream, Patience patience) : Receiver
{
    private readonly PooledBuffer _body = new();
    private readonly long _began = call.Time.GetTimestamp();
    private WholeAnswer? _answer;
    private bool _handedOver;

    internal override long DeliveredTokens => 0;

    internal override bool HasDelivered => false;

    internal override bool IsWhole => _answer is not null;

    internal override string FinishReason => FinishReasons.ToText(_answer!.First);

    public override void Dispose()
    {
        _body.Dispose();
        if (!_handedOver)
        {
            _answer?.Dispose();
        }
    }

    internal override async Task<AttemptResult> ReceiveAsync(HttpResponseMessage response, CancellationToken ct)
    {
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        if (!await ReadAllAsync(stream, ct))
        {
            return AttemptResult.Failed(FailureReasons.TooLarge);
        }

        TtftMs = (int)call.Time.GetElapsedTime(_began).TotalMilliseconds;
        var kind = WholeAnswer.TryParse(_body.Written, call.Chat.Choices, call.Chat.Rules, out _answer);
        return kind switch
        {
            FrameKind.Content => AttemptResult.Complete,
            FrameKind.Empty => AttemptResult.Failed(FailureReasons.Unfinished),
            FrameKind.Error => AttemptResult.Failed(FailureReasons.ErrorFrame),
            FrameKind.Garbage => AttemptResult.Failed(FailureReasons.Garbage),
        };
    }

    internal override async ValueTask<Metered> MeterAsync(Verdict verdict)
    {
        if (verdict != Verdict.Complete)
        {
            return default;
        }

        var metered = _answer!.Reading.ToWholeUsage(call.Bounds);
        await call.Gate.CoverAsync(metered.Usage.Output);
        return metered;
    }

    /// <summary>The array of choices as JSON, once there is an answer.</summary>
    internal ReadOnlyMemory<byte> Choices => _answer!.ChoicesMemory;

    /// <summary>The answer, which from now on is the caller's to let go of; null when there is none.</summary>
    internal WholeAnswer? TakeAnswer()
    {
        _handedOver = true;
        return _answer;
    }

    internal override void Cut()
    {
        // A whole answer is never cut on the way: the upstream was given the limit.
    }

    internal override AnswerEnd ToEnd(Metered metered, string? reason)
    {
        _handedOver = true;
        return new WholeEnd(call, new ChatBody(_answer!), call.Head(upstream), metered, reason);
    }

    // False: more than the answer may be.
    private async Task<bool> ReadAllAsync(Stream stream, CancellationToken ct)
    {
        var maxBytes = RouterLimits.MaxAnswerBytes(call.Bounds.OutputLimit);
        while (_body.Length <= maxBytes)
        {
            call.Clock.BeginWait();
            var count = await stream.ReadAsync(_body.GetMemory(), ct);
            call.Clock.EndWait();
            if (count == 0)
            {
                return true;
            }

            _body.Advance(count);
            patience.Arm(FailureReasons.IdleTimeout, call.Limits.Idle);
        }

        return false;
    }
}
