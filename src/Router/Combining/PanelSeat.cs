using System.Text.Json;
using Gateway.Router.Forwarding;
using Gateway.Router.Metering;

namespace Gateway.Router.Combining;

/// <summary>One line of a plan of several while it runs.</summary>
internal sealed class PanelSeat(PlanLine line, int number) : IAsyncDisposable
{
    private AllowanceGate? _gate;
    private ClientStream? _unused;
    private LineOutcome? _outcome;

    /// <summary>The line's number in its plan.</summary>
    internal int Number => number;

    /// <summary>Whether it was asked, and its attempts have ended.</summary>
    internal bool WasAsked => _outcome is not null;

    internal bool HasAnswered => _outcome is { End: LineEnd.Answered };

    internal LineOutcome Outcome => _outcome!.Value;

    /// <summary>Its answer's text, when that was read whole; null without one, and for an answer that is no text.
    /// </summary>
    internal string? Text { get; private set; }

    /// <summary>Who answered, or was asked last.</summary>
    internal Upstream Expert => Outcome switch
    {
        { Attempt: { } attempt } => attempt.Upstream,
        { Attempts: [.., var last] } => last.Upstream,
        _ => line.Candidates[0],
    };

    internal Receiver Receiver => Outcome.Attempt!.Receiver;

    public async ValueTask DisposeAsync()
    {
        _outcome?.Dispose();
        if (_gate is not null)
        {
            await _gate.DisposeAsync();
        }

        if (_unused is not null)
        {
            await _unused.DisposeAsync();
        }
    }

    /// <summary>Asks its experts, one after the other while they fail, and keeps the answer from the caller.</summary>
    /// <returns>Whether it has one.</returns>
    internal async Task<bool> AskAsync(LineRunner runner, ChatCall call)
    {
        (_gate, _unused) = (call.Gate, call.Client);
        _outcome = await runner.RunAsync(call, line.Candidates, number);
        Text = HasAnswered ? TextOf(((WholeReceiver)Receiver).Choices) : null;
        return HasAnswered;
    }

    /// <summary>The same, with an answer that goes to the caller as it comes.</summary>
    internal async Task SpeakAsync(LineRunner runner, ChatCall call)
    {
        _gate = call.Gate;
        _outcome = await runner.RunAsync(call, line.Candidates, number);
    }

    /// <summary>It was not waited for any longer, since others had answered.</summary>
    internal void NoteLate()
    {
        if (_outcome is { End: LineEnd.NoAnswer, Attempts: [.., { Reason: FailureReasons.Stopping } last] attempts })
        {
            attempts[^1] = last with { End = AttemptEnd.Cancelled, Reason = FailureReasons.Late };
        }
    }

    internal LineDelivery ToDelivery() => new(
        line.Role, Expert, HasAnswered, HasAnswered ? Outcome.Metered.Usage : default);

    private static string? TextOf(ReadOnlyMemory<byte> choices)
    {
        using var document = JsonDocument.Parse(choices);
        return document.RootElement[0].GetProperty("message"u8).TryGetProperty("content"u8, out var content)
            && content.ValueKind == JsonValueKind.String
                ? content.GetString()
                : null;
    }
}
