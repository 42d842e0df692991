using System.Buffers;
using System.IO.Pipelines;
using Gateway.Core;
using Microsoft.AspNetCore.Http;

namespace Gateway.Router.Forwarding;

/// <summary>The caller's side of an answer: starts the response, sends in order, hashes what it sent, and breaks a long
/// silence with a comment. Frames and comments take turns at a gate.</summary>
internal sealed class ClientStream : IAsyncDisposable
{
    private readonly HttpContext _context;
    private readonly IAnswerPrinter _printer;
    private readonly WaitClock _clock;
    private readonly TimeProvider _time;
    private readonly TimeSpan _silence;
    private readonly CommitmentHash _hash;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly PieceClock _pieces = new();
    private ITimer? _timer;
    private long _lastSent;
    private long _handedOver;
    private bool _closed;

    internal ClientStream(
        HttpContext context, ChatDispatch chat, WaitClock clock, TimeProvider time, TimeSpan silence)
    {
        _context = context;
        _printer = chat.Printer;
        _clock = clock;
        _time = time;
        _silence = silence;
        _hash = new(chat.Salt.Span);
    }

    /// <summary>Whether status and headers are sent.</summary>
    internal bool Started { get; private set; }

    /// <summary>When pieces of the answer came and went.</summary>
    internal PieceClock Pieces => _pieces;

    private bool Gone => _context.RequestAborted.IsCancellationRequested;

    public async ValueTask DisposeAsync()
    {
        await StopKeepAliveAsync();
        _hash.Dispose();
        _turn.Dispose();
    }

    /// <summary>Begins to watch for silence.</summary>
    internal void StartKeepAlive()
    {
        _lastSent = _time.GetTimestamp();
        _timer = _time.CreateTimer(
            static state => ((ClientStream)state!).OnSilenceTimer(), this, _silence, Timeout.InfiniteTimeSpan);
    }

    /// <summary>After this only the caller of this class sends.</summary>
    internal async ValueTask StopKeepAliveAsync()
    {
        if (_timer is null)
        {
            return;
        }

        // A comment on its way holds the turn; nothing may be sealed before it is through.
        await _turn.WaitAsync(CancellationToken.None);
        _closed = true;
        _turn.Release();
        await _timer.DisposeAsync();
        _timer = null;
    }

    /// <summary>Waits a moment until what was sent is out of this process: a process that is killed takes along what
    /// waits in it, and that must not be billed.</summary>
    internal async ValueTask HandOverAsync()
    {
        if (Started && !Gone && _context.Features.Get<ISendProgress>() is { } progress)
        {
            var isOurs = _clock.BeginWait();
            _ = await progress.WaitAsync(_context.RequestAborted);
            EndWait(isOurs);
        }
    }

    /// <summary>Prints and sends frames. True: the connection took them, the caller was still there.</summary>
    internal async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> frames, Upstream? served, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            // Before it is sent, which may wait for the caller.
            var arrived = _clock.EndedTimestamp;
            var taken = await WriteAsync(_printer.PrintFrames(frames), served, ct);
            _pieces.Note(arrived, _handedOver);
            return taken;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Counts bytes into the commitment that are sent later, after it is known.</summary>
    internal void Commit(ReadOnlySpan<byte> bytes) => _hash.Append(bytes);

    /// <summary>SHA-256 of the salt and everything committed. Once.</summary>
    internal byte[] Commitment() => _hash.Finish();

    /// <summary>Sends a stream's last words, which stand outside the commitment, when it fails.</summary>
    internal ValueTask SendErrorAsync(StreamError error, NanoUsd? charge, CancellationToken ct) =>
        SendUncountedAsync(_printer.PrintFrames(error.ToFrame(charge)), served: null, ct);

    /// <summary>Sends bytes that are already committed, or stand outside the commitment.</summary>
    internal async ValueTask SendUncountedAsync(ReadOnlyMemory<byte> bytes, Upstream? served, CancellationToken ct)
    {
        if (!Started)
        {
            await StartAsync(served, ct);
        }

        _context.Response.BodyWriter.Write(bytes.Span);
        _pieces.Count(bytes.Length);
        await FlushAsync(_context.Response.BodyWriter, ct);
    }

    private async ValueTask<bool> WriteAsync(ReadOnlyMemory<byte> bytes, Upstream? served, CancellationToken ct)
    {
        if (!Started)
        {
            await StartAsync(served, ct);
        }

        var writer = _context.Response.BodyWriter;
        writer.Write(bytes.Span);
        _hash.Append(bytes.Span);
        _pieces.Count(bytes.Length);
        var flushed = await FlushAsync(writer, ct);
        _lastSent = _time.GetTimestamp();
        return !flushed.IsCompleted && !Gone;
    }

    // A caller who takes his time is waited for; what the connection takes at once costs nothing.
    private ValueTask<FlushResult> FlushAsync(PipeWriter writer, CancellationToken ct)
    {
        var flushing = writer.FlushAsync(ct);
        _handedOver = _time.GetTimestamp();
        return flushing.IsCompletedSuccessfully ? flushing : WaitAsync(flushing);
    }

    private async ValueTask<FlushResult> WaitAsync(ValueTask<FlushResult> flushing)
    {
        var isOurs = _clock.BeginWait();
        try
        {
            return await flushing;
        }
        finally
        {
            EndWait(isOurs);
        }
    }

    private void EndWait(bool isOurs)
    {
        if (isOurs)
        {
            _clock.EndWait();
        }
    }

    private async ValueTask StartAsync(Upstream? served, CancellationToken ct)
    {
        var response = _context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = "text/event-stream; charset=utf-8";
        response.Headers.CacheControl = "no-store";
        response.Headers["x-accel-buffering"] = "no";
        AnswerHeaders.Set(response, _clock, served);
        Started = true;
        await response.StartAsync(ct);
    }

    private void OnSilenceTimer() => _ = BreakSilenceAsync();

    private async Task BreakSilenceAsync()
    {
        // When a frame is just being sent there is no silence.
        if (!await _turn.WaitAsync(TimeSpan.Zero))
        {
            Rearm(_silence);
            return;
        }

        try
        {
            var quiet = _time.GetElapsedTime(_lastSent);
            if (!_closed && !Gone && quiet >= _silence)
            {
                await WriteAsync(KeepAliveComment, served: null, _context.RequestAborted);
                quiet = TimeSpan.Zero;
            }

            Rearm(_silence - quiet);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // The caller left; the attempt notices by itself.
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Rearm(TimeSpan span) =>
        _timer?.Change(span > TimeSpan.Zero ? span : _silence, Timeout.InfiniteTimeSpan);

    private static ReadOnlyMemory<byte> KeepAliveComment { get; } = ": keep-alive\n\n"u8.ToArray();
}
