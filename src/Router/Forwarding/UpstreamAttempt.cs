using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Gateway.Core;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;

namespace Gateway.Router.Forwarding;

/// <summary>One try at one upstream. The forwarder sends; the answer's body is read here, and nothing of it is left for
/// the forwarder to copy.</summary>
internal sealed class UpstreamAttempt : HttpTransformer, IDisposable
{
    private const string Json = "application/json";
    private const string EventStream = "text/event-stream";

    private readonly ChatCall _call;
    private readonly UpstreamChannel _channel;
    private readonly Patience _patience;
    private readonly PooledBuffer _body = new();
    private AttemptContext? _context;
    private AttemptResult? _result;
    private ExceptionDispatchInfo? _fault;

    internal UpstreamAttempt(ChatCall call, Upstream upstream, UpstreamChannel channel)
    {
        _call = call;
        _channel = channel;
        Upstream = upstream;
        _patience = new(call.Time, call.Limits, call.TimeLeft, call.Chat.Stopping);
        Receiver = call.Chat.Stream
            ? new StreamReceiver(call, upstream, _patience)
            : new WholeReceiver(call, upstream, _patience);
    }

    internal Upstream Upstream { get; }

    internal Receiver Receiver { get; }

    public void Dispose()
    {
        Receiver.Dispose();
        _patience.Dispose();
        _body.Dispose();
    }

    internal async Task<AttemptResult> RunAsync()
    {
        UpstreamBody.Write(_body, _call.Chat, Upstream, _call.OutputLimitOfEach);
        var content = new UpstreamContent(_body.WrittenMemory, _patience.Token);
        _context = new(_channel.Target(Upstream), content, _call.Context.RequestAborted);
        _patience.Arm(FailureReasons.FirstTokenTimeout, FirstTokenPatience());
        _call.Clock.BeginWait();
        var error = await _channel.SendAsync(_context, this, _patience.Token);
        _call.Clock.EndWait();
        await EndUploadAsync(content);
        _fault?.Throw();
        return _result ?? Explain(ReasonOf(error));
    }

    /// <summary>Builds the request from ours alone: the base would copy the caller's headers.</summary>
    public override ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken)
    {
        var content = _context!.Content;
        content.Headers.TryAddWithoutValidation("Content-Type", Json);
        ContentHandler.Attach(proxyRequest, content);
        proxyRequest.RequestUri = _context.Target;
        proxyRequest.Headers.TryAddWithoutValidation("Accept", _call.Chat.Stream ? EventStream : Json);
        proxyRequest.Headers.TryAddWithoutValidation("x-request-id", RandomId());
        Sign(proxyRequest, content.Body.Span);
        return ValueTask.CompletedTask;
    }

    /// <summary>Reads the whole answer. False in any case: the forwarder has nothing to copy.</summary>
    [SuppressMessage("Design", "CA1031:Do not catch general exception types",
        Justification = "The forwarder would swallow it and blame the upstream; it is thrown again behind it.")]
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext, HttpResponseMessage? proxyResponse, CancellationToken cancellationToken)
    {
        if (proxyResponse is null)
        {
            return false;
        }

        _call.Clock.EndWait();
        try
        {
            _result = Refusal((int)proxyResponse.StatusCode)
                ?? await Receiver.ReceiveAsync(proxyResponse, cancellationToken);
        }
        catch (Exception exception)
            when (exception is IOException or HttpRequestException or OperationCanceledException)
        {
            _call.Clock.EndWait();
            _result = Explain(FailureReasons.Died);
        }
        catch (Exception exception)
        {
            _fault = ExceptionDispatchInfo.Capture(exception);
        }

        // Whatever the upstream still sends is not wanted.
        if (_result is not { Verdict: Verdict.Complete })
        {
            _patience.Stop();
        }

        return false;
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

    // The forwarder swallows what is thrown in its hooks.
    private void Sign(HttpRequestMessage request, ReadOnlySpan<byte> body)
    {
        try
        {
            _channel.Signer.Sign(Upstream, request, body);
        }
        catch (Exception exception)
        {
            _fault = ExceptionDispatchInfo.Capture(exception);
            throw;
        }
    }

    // A timeout that is not ours is the handler's own, and its only one is for connecting.
    private string ReasonOf(ForwarderError error) =>
        _context!.Content.IsUnderWay ? FailureReasons.Upload
        : error is ForwarderError.Request or ForwarderError.RequestTimedOut ? FailureReasons.Connect
        : FailureReasons.Broken;

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

    private TimeSpan FirstTokenPatience() => _call.Chat.Stream
        ? _call.Limits.FirstToken
        : _call.Limits.WholeAnswer(_call.Allowance.OutputTokensLimit);
}
