using System.Net;
using Gateway.Core;
using Gateway.Router.Load;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>One try at one upstream: a request of ours alone, and the reading of its answer.</summary>
internal sealed class UpstreamAttempt : IDisposable
{
    private const string Json = "application/json";
    private const string EventStream = "text/event-stream";

    private readonly ChatCall _call;
    private readonly UpstreamChannel _channel;
    private readonly Patience _patience;
    private readonly PooledBuffer _body = new();
    private readonly long _began;
    private volatile bool _hasLost;

    /// <param name="call">The request.</param>
    /// <param name="upstream">Whom to ask.</param>
    /// <param name="channel">How.</param>
    /// <param name="load">What is known of the upstream.</param>
    internal UpstreamAttempt(ChatCall call, Upstream upstream, UpstreamChannel channel, UpstreamLoad load)
    {
        _call = call;
        _channel = channel;
        Load = load;
        LateFirst = load.LateFirst();
        Upstream = upstream;
        _began = call.Time.GetTimestamp();
        _patience = new(call.Time, call.Limits, call.TimeLeft, call.Chat.Stopping, call.Context.RequestAborted);
        Receiver = call.Chat.Task is { } task ? new TaskReceiver(call, task, upstream, _patience)
            : call.Chat.Stream ? new StreamReceiver(call, upstream, _patience)
            : new WholeReceiver(call, upstream, _patience);
    }

    internal ChatCall Call => _call;

    internal Upstream Upstream { get; }

    internal UpstreamLoad Load { get; }

    /// <summary>Seconds within which nearly all of its first tokens came; null while little is known.</summary>
    internal double? LateFirst { get; }

    internal Receiver Receiver { get; }

    /// <summary>How long the upstream asked to be left alone, if it did.</summary>
    internal TimeSpan? RetryAfter { get; private set; }

    /// <summary>How long it took, once it has succeeded.</summary>
    /// <param name="tokens">Output tokens.</param>
    internal Timing TimingOf(long tokens)
    {
        var total = _call.Time.GetElapsedTime(_began).TotalSeconds;
        return new(_call.Chat.Stream, Receiver.TtftMs is { } first ? first / 1000.0 : total, total, tokens);
    }

    public void Dispose()
    {
        Receiver.Dispose();
        _patience.Dispose();
        _body.Dispose();
    }

    /// <summary>What an end says about the upstream.</summary>
    internal static AttemptMark MarkOf(AttemptResult result) => result.Verdict switch
    {
        Verdict.Complete or Verdict.LimitReached or Verdict.CreditExhausted => AttemptMark.Good,
        Verdict.CallerGone or Verdict.Rejected or Verdict.Lost => AttemptMark.Neutral,
        Verdict.Failed when FailureReasons.IsNeutral(result.Reason) => AttemptMark.Neutral,
        Verdict.Failed when result.Reason == FailureReasons.Busy => AttemptMark.Busy,
        Verdict.Failed => AttemptMark.Bad,
    };

    /// <summary>Has something done once if the attempt runs for that long; before it runs.</summary>
    internal void WhenLate(TimeSpan after, Action late) => _patience.WhenLate(after, late);

    /// <summary>Another attempt has the word: this one is of no use any more.</summary>
    internal void Lose()
    {
        _hasLost = true;
        _patience.Stop();
    }

    internal async Task<AttemptResult> RunAsync()
    {
        Load.Begin();

        // Whatever goes wrong in our own code is held against nobody.
        var result = new AttemptResult(Verdict.CallerGone, "");
        try
        {
            UpstreamBody.Write(_body, _call.Chat, Upstream, _call.OutputLimitOfEach);
            var content = new UpstreamContent(_body.WrittenMemory, _patience.Token);
            using var request = CreateRequest(content);
            _patience.Arm(FailureReasons.FirstTokenTimeout, FirstTokenPatience());
            AttemptResult? answered;
            try
            {
                answered = await ExchangeAsync(request, content.Body);
            }
            finally
            {
                await EndUploadAsync(content);
            }

            return result = answered ?? Explain(content.IsUnderWay ? FailureReasons.Upload : FailureReasons.Connect);
        }
        finally
        {
            Load.End(MarkOf(result), _call.Plan.Owner, RetryAfter);
        }
    }

    private HttpRequestMessage CreateRequest(UpstreamContent content)
    {
        var task = _call.Chat.Task;
        content.Headers.TryAddWithoutValidation(
            "Content-Type", task?.Boundary is { } boundary ? $"multipart/form-data; boundary={boundary}" : Json);
        var request = new HttpRequestMessage(HttpMethod.Post, _channel.Target(Upstream, _call.Chat))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            Content = content,
        };
        request.Headers.TryAddWithoutValidation("Accept", task?.Accept ?? (_call.Chat.Stream ? EventStream : Json));
        request.Headers.TryAddWithoutValidation("x-request-id", RandomId());
        _channel.Sign(Upstream, request, content.Body.Span);
        return request;
    }

    // Null: no answer came.
    private async ValueTask<AttemptResult?> ExchangeAsync(HttpRequestMessage request, ReadOnlyMemory<byte> body)
    {
        HttpResponseMessage? response = null;
        AttemptResult? result = null;
        _call.Clock.BeginWait();
        try
        {
            response = await _channel.SendAsync(Upstream, request, body, _patience.Token);
            _call.Clock.EndWait();
            RetryAfter = response.Headers.RetryAfter?.Delta;
            return result = Refusal((int)response.StatusCode)
                ?? await Receiver.ReceiveAsync(response, _patience.Token);
        }
        catch (Exception exception) when (
            exception is IOException or HttpRequestException or OperationCanceledException or NotSupportedException)
        {
            return result = response is null ? null : Explain(FailureReasons.Died);
        }
        finally
        {
            _call.Clock.EndWait();
            if (result is not { Verdict: Verdict.Complete })
            {
                // Whatever the upstream still sends is not wanted.
                _patience.Stop();
            }

            response?.Dispose();
        }
    }

    private async ValueTask EndUploadAsync(UpstreamContent content)
    {
        if (content.IsUnderWay)
        {
            _patience.Stop();
            await content.EndAsync();
        }
    }

    // Random, so that an upstream can neither tell callers apart nor join attempts of one request.
    private static string RandomId()
    {
        Span<byte> id = stackalloc byte[16];
        SecureRandom.Fill(id);
        return Convert.ToHexStringLower(id);
    }

    private static AttemptResult? Refusal(int status) => status switch
    {
        StatusCodes.Status200OK => null,
        StatusCodes.Status400BadRequest or StatusCodes.Status413PayloadTooLarge
            or StatusCodes.Status422UnprocessableEntity => new(Verdict.Rejected, FailureReasons.Http(status)),
        _ => AttemptResult.Failed(FailureReasons.Http(status)),
    };

    // Why a wait ended without an answer. Stopping and a stall come before a departure, since cutting the caller off
    // looks like one.
    private AttemptResult Explain(string otherwise)
    {
        if (_hasLost)
        {
            return AttemptResult.Lost;
        }

        if (_patience.RanOut && _patience.Phase == FailureReasons.Stopping)
        {
            return AttemptResult.Failed(FailureReasons.Stopping);
        }

        if (_patience.RanOut && _patience.Phase == FailureReasons.CallerStalled)
        {
            _call.Context.Abort();
            return new(Verdict.CallerGone, FailureReasons.CallerStalled);
        }

        if (_call.CallerGone)
        {
            return new(Verdict.CallerGone, FailureReasons.CallerGone);
        }

        return Receiver.IsWhole ? AttemptResult.Complete
            : AttemptResult.Failed(_patience.RanOut ? _patience.Phase : otherwise);
    }

    private TimeSpan FirstTokenPatience() => _call.Chat.Task is { } task
        ? _call.Limits.WholeAnswer(0) + task.Patience
        : _call.Chat.Stream
        ? _call.Limits.FirstTokenOf(LateFirst, _call.Chat.InputTokensEstimate)
        : _call.Limits.WholeAnswer(_call.Allowance.OutputTokensLimit);
}
