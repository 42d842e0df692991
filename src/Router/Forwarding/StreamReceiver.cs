using System.Buffers;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Reads a stream of chunks, hands each on as soon as it is paid for, and stops where credit or limit
/// end.</summary>
internal sealed class StreamReceiver(ChatCall call, Upstream upstream, Patience patience) : Receiver
{
    private const int ReadSize = 16 * 1024;

    private readonly AnswerHead _head = call.Head(upstream);
    private readonly FrameRewriter _rewriter = new(call.Head(upstream), call.Chat.Choices, call.Chat.IncludeUsage)
    {
        First = call.Chat.FirstChoice,
        Filter = AnswerFilter.For(call.Chat.Rules),
        FillsIn = call.Chat.Rules.FillsIn,
        HidesReasoning = call.Chat.Rules.HidesReasoning,
    };
    private readonly SseParser _parser = new();
    private readonly PooledBuffer _batch = new();
    private readonly long _maxBytes = RouterLimits.MaxAnswerBytes(call.Bounds.OutputLimit);
    private readonly long _began = call.Time.GetTimestamp();
    private MeterReading _written;
    private MeterReading _delivered;
    private bool _handedOver;
    private bool _hasDelivered;

    internal override long DeliveredTokens => _delivered.Output;

    internal override bool HasDelivered => _hasDelivered;

    internal override bool IsWhole => _rewriter.Choices.AllFinished;

    internal override string FinishReason => FinishReasons.ToText(_rewriter.Choices.First);

    public override void Dispose()
    {
        _parser.Dispose();
        _batch.Dispose();
        if (!_handedOver)
        {
            _rewriter.Dispose();
        }
    }

    internal override async Task<AttemptResult> ReceiveAsync(HttpResponseMessage response, CancellationToken ct)
    {
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            return await ReadAllAsync(stream, buffer, ct);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    internal override async ValueTask<Metered> MeterAsync(Verdict verdict)
    {
        if (verdict != Verdict.Complete)
        {
            return HasDelivered ? _delivered.ToUsage(call.Bounds) : default;
        }

        var metered = _written.ToUsage(call.Bounds);
        await call.Gate.CoverAsync(metered.Usage.Output);
        return metered;
    }

    internal override void Cut() => _rewriter.Choices.CutOpen();

    internal override AnswerEnd ToEnd(Metered metered, string? reason) =>
        new StreamEnd(call, [TakeRewriter()], _head, metered, reason);

    /// <summary>What knows the answer's choices, which from now on is the caller's to let go of.</summary>
    internal FrameRewriter TakeRewriter()
    {
        _handedOver = true;
        return _rewriter;
    }

    private async Task<AttemptResult> ReadAllAsync(Stream stream, byte[] buffer, CancellationToken ct)
    {
        for (var total = 0L; ;)
        {
            call.Clock.BeginWait();
            var count = await stream.ReadAsync(buffer, ct);
            call.Clock.EndWait();
            total += count;
            var result = count == 0 ? Ended(FailureReasons.Died)
                : total > _maxBytes ? AttemptResult.Failed(FailureReasons.TooLarge)
                : await TakeAsync(buffer.AsMemory(0, count));
            if (!await DeliverAsync(result, ct))
            {
                return new(Verdict.CallerGone, FailureReasons.CallerGone);
            }

            if (result is { } final)
            {
                return final;
            }

            if (HasDelivered)
            {
                patience.Arm(FailureReasons.IdleTimeout, call.Limits.Idle);
            }
        }
    }

    // Null: read on.
    private async ValueTask<AttemptResult?> TakeAsync(ReadOnlyMemory<byte> bytes)
    {
        while (true)
        {
            var step = NextEvent(ref bytes);
            if (step != SseStep.Event)
            {
                return step == SseStep.NeedMore ? null : AttemptResult.Failed(FailureReasons.TooLarge);
            }

            if (_parser.Data.SequenceEqual("[DONE]"u8))
            {
                return Ended(FailureReasons.Unfinished);
            }

            var result = _rewriter.Rewrite(_parser.Data) switch
            {
                FrameKind.Content => call.TryTakeWord(this) ? await AdmitAsync() : AttemptResult.Lost,
                FrameKind.Empty => Note(),
                FrameKind.Error => AttemptResult.Failed(FailureReasons.ErrorFrame),
                FrameKind.Garbage => AttemptResult.Failed(FailureReasons.Garbage),
            };
            if (result is not null)
            {
                return result;
            }

            // The upstream would go on behind the stop text.
            if (IsWhole && _rewriter.Filter is { HasStopped: true })
            {
                return Ended(FailureReasons.Unfinished);
            }
        }
    }

    private SseStep NextEvent(ref ReadOnlyMemory<byte> bytes)
    {
        var left = bytes.Span;
        var step = _parser.Read(ref left);
        bytes = bytes[^left.Length..];
        return step;
    }

    private AttemptResult? Note()
    {
        _written = _written.After(default, _rewriter.Figure);
        return null;
    }

    private ValueTask<AttemptResult?> AdmitAsync()
    {
        var next = _written.After(_rewriter.Facts, _rewriter.Figure);
        var admitted = call.Gate.AdmitAsync(next.Output);
        return admitted.IsCompletedSuccessfully
            ? new(Judge(admitted.Result, next))
            : AwaitAsync(admitted, next);
    }

    private async ValueTask<AttemptResult?> AwaitAsync(ValueTask<Coverage> admitted, MeterReading next) =>
        Judge(await admitted, next);

    private AttemptResult? Judge(Coverage coverage, MeterReading next)
    {
        switch (coverage)
        {
            case Coverage.Covered:
                _written = next;
                _batch.Append(_rewriter.Frame);
                return null;
            case Coverage.LimitReached:
                _rewriter.Choices.Revert();
                return new(Verdict.LimitReached, "");
            case Coverage.CreditExhausted:
                _rewriter.Choices.Revert();
                return new(Verdict.CreditExhausted, "");
            default:
                throw new InvalidOperationException($"Unknown coverage {coverage}.");
        }
    }

    // An end mark is no finish: only choices that ended make an answer.
    private AttemptResult Ended(string otherwise) =>
        IsWhole ? call.TryTakeWord(this) ? AttemptResult.Complete : AttemptResult.Lost
            : AttemptResult.Failed(_rewriter.Choices.AnyFinished ? FailureReasons.Unfinished : otherwise);

    /// <summary>Sends what is ready and counts it once the connection took it. False: the caller is gone.</summary>
    private async ValueTask<bool> DeliverAsync(AttemptResult? result, CancellationToken ct)
    {
        // Nothing of a failed answer is begun: another upstream may still give a good one.
        if (_batch.Length == 0 || (result is { Verdict: Verdict.Failed or Verdict.Lost } && !HasDelivered))
        {
            return true;
        }

        TtftMs ??= (int)call.Time.GetElapsedTime(_began).TotalMilliseconds;
        patience.ArmForCaller();
        if (!await call.Client.SendAsync(_batch.WrittenMemory, upstream, ct))
        {
            return false;
        }

        patience.EndForCaller();
        _batch.Clear();
        _hasDelivered = true;
        _delivered = _written;
        return true;
    }
}
