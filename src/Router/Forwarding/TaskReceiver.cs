using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>Reads the answer to a request that is no chat, all of it before anything is handed on.</summary>
internal sealed class TaskReceiver(ChatCall call, TaskCall task, Upstream upstream, Patience patience) : Receiver
{
    private readonly PooledBuffer _body = new();
    private readonly long _began = call.Time.GetTimestamp();
    private TaskAnswer? _answer;

    internal override long DeliveredTokens => 0;

    internal override bool HasDelivered => false;

    internal override bool IsWhole => _answer is not null;

    internal override string FinishReason => FinishReasons.ToText(Forwarding.FinishReason.Stop);

    public override void Dispose() => _body.Dispose();

    internal override async Task<AttemptResult> ReceiveAsync(HttpResponseMessage response, CancellationToken ct)
    {
        using var stream = await response.Content.ReadAsStreamAsync(ct);
        if (!await ReadAllAsync(stream, ct))
        {
            return AttemptResult.Failed(FailureReasons.TooLarge);
        }

        TtftMs = (int)call.Time.GetElapsedTime(_began).TotalMilliseconds;
        _answer = Read();
        return _answer is null ? AttemptResult.Failed(FailureReasons.Garbage) : AttemptResult.Complete;
    }

    internal override ValueTask<Metered> MeterAsync(Verdict verdict)
    {
        if (verdict != Verdict.Complete)
        {
            return default;
        }

        // Who claims what cannot be is not believed: then our own count stands.
        var bounds = call.Bounds;
        var isOurs = !(_answer!.InputTokens is >= 0 and var claimed && claimed <= bounds.InputBound);
        var input = Math.Min(isOurs ? bounds.InputEstimate : _answer.InputTokens!.Value, bounds.InputBound);
        var (units, most) = (_answer.Units, task.Most);
        var usage = new Usage(input, 0, Math.Min(units.Output, most.Output), 0)
        {
            Images = Math.Min(units.Images, most.Images),
            AudioMs = Math.Min(units.AudioMs, most.AudioMs),
            Characters = Math.Min(units.Characters, most.Characters),
        };
        return new(new Metered(
            usage, isOurs || _answer.IsEstimated, Overclaimed: _answer.InputTokens > bounds.InputBound));
    }

    internal override void Cut()
    {
        // It is whole or nothing.
    }

    internal override AnswerEnd ToEnd(Metered metered, string? reason)
    {
        var body = new TaskBody(_answer!);
        return call.Chat.Stream
            ? new TaskStreamEnd(call, body, call.Head(upstream), metered, reason)
            : new WholeEnd(call, body, call.Head(upstream), metered, reason);
    }

    private TaskAnswer? Read()
    {
        try
        {
            return task.Read(_body.WrittenMemory);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or FormatException
            or KeyNotFoundException)
        {
            return null;
        }
    }

    // False: more than the answer may be.
    private async Task<bool> ReadAllAsync(Stream stream, CancellationToken ct)
    {
        while (_body.Length <= task.MaxBytes)
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
