using System.Buffers;
using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Net.WebSockets;
using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>One WebSocket to a node, from connect to end; it is never mended. Safe for concurrent calls. Every call
/// ends at the latest when the connection does.</summary>
internal sealed class RpcConnection : IDisposable
{
    private readonly WebSocket _socket;
    private readonly RpcOptions _options;
    private readonly TimeProvider _time;

    [SuppressMessage("Usage", "CA2213", Justification = "Without a wait handle it holds nothing, and may be in use.")]
    private readonly SemaphoreSlim _sending = new(1, 1);
    private readonly ConcurrentDictionary<long, PendingCall> _calls = new();
    private readonly ConcurrentDictionary<string, Action<ReadOnlyMemory<byte>>> _subscriptions = new();
    private long _lastId;
    private long _received;
    private string? _why;

    private RpcConnection(WebSocket socket, RpcOptions options, TimeProvider time)
    {
        _socket = socket;
        _options = options;
        _time = time;
    }

    public bool HasEnded => Volatile.Read(ref _why) is not null;

    /// <exception cref="RpcException">No connection within the call timeout.</exception>
    public static async Task<RpcConnection> OpenAsync(
        Uri address, RpcOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = options.CallTimeout;
        socket.Options.KeepAliveTimeout = options.CallTimeout;
        using var timer = new CancellationTokenSource(options.CallTimeout, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        try
        {
            await socket.ConnectAsync(address, deadline.Token);
            return new RpcConnection(socket, options, time);
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException)
        {
            socket.Dispose();
            cancellationToken.ThrowIfCancellationRequested();
            throw new RpcException(RpcFault.Disconnected, $"No connection to {address}: {failure.Message}", 0, failure);
        }
    }

    /// <summary>Calls a method and reads the answer.</summary>
    /// <param name="method">Such as chain_getHeader.</param>
    /// <param name="writeParameters">Writes the values of the parameter array; null for none.</param>
    /// <param name="read">Makes the answer, on the thread that received it.</param>
    /// <param name="timeout">How long the answer may take.</param>
    /// <param name="cancellationToken">Gives up the wait; the node is not told.</param>
    /// <exception cref="RpcException">No answer, an error, or garbage.</exception>
    public async Task<T> CallAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var id = Interlocked.Increment(ref _lastId);
        var call = new PendingCall<T>(method, read);
        Enter(id, call);
        var heard = Interlocked.Read(ref _received);
        try
        {
            return await ExchangeAsync(Request(id, method, writeParameters), call)
                .WaitAsync(timeout, _time, cancellationToken);
        }
        catch (TimeoutException failure)
        {
            EndIfSilent(heard);
            throw new RpcException(RpcFault.TimedOut, $"No answer to {method} in {timeout}.", 0, failure);
        }
        finally
        {
            _ = _calls.TryRemove(id, out _);
        }
    }

    /// <summary>Subscribes; notices reach <paramref name="notice"/> on the receiving thread, in order, from the first
    /// one after the answer on.</summary>
    /// <returns>The subscription's name, for unsubscribing.</returns>
    /// <exception cref="RpcException">As for a call.</exception>
    public Task<string> SubscribeAsync(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        Action<ReadOnlyMemory<byte>> notice,
        CancellationToken cancellationToken) => CallAsync(
            method,
            writeParameters,
            (ref Utf8JsonReader reader) =>
            {
                // Here and not after the await: the first notice may follow at once.
                var name = SubscriptionId.Read(ref reader);
                _subscriptions[name] = notice;
                return name;
            },
            _options.CallTimeout,
            cancellationToken);

    /// <summary>Stops listening to a subscription.</summary>
    public void Forget(string subscription) => _subscriptions.TryRemove(subscription, out _);

    /// <summary>Receives until the connection ends or is cancelled, then fails all open calls.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> ReceiveAsync(CancellationToken cancellationToken)
    {
        try
        {
            End(await ReceiveMessagesAsync(cancellationToken));
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            End(failure.Message);
        }

        return _why!;
    }

    /// <summary>Ends the connection at once.</summary>
    public void Dispose() => End("disposed");

    // A socket that is aborted under a call throws any of these, cancellation too, without anybody having cancelled.
    private static bool IsBroken(Exception failure) => failure is WebSocketException or InvalidDataException
        or IOException or ObjectDisposedException or OperationCanceledException;

    private static ArrayBufferWriter<byte> Request(long id, string method, Action<Utf8JsonWriter>? writeParameters)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("jsonrpc"u8, "2.0"u8);
        json.WriteNumber("id"u8, id);
        json.WriteString("method"u8, method);
        json.WriteStartArray("params"u8);
        writeParameters?.Invoke(json);
        json.WriteEndArray();
        json.WriteEndObject();
        return buffer;
    }

    private void Enter(long id, PendingCall call)
    {
        if (_calls.Count >= _options.MaximumOpenCalls)
        {
            throw new RpcException(RpcFault.Busy, $"{_options.MaximumOpenCalls} calls are open already.");
        }

        _calls[id] = call;

        // Either End sees the call, or we see that it has ended.
        if (HasEnded)
        {
            call.Fail(new RpcException(RpcFault.Disconnected, "The connection has ended."));
        }
    }

    private async Task<T> ExchangeAsync<T>(ArrayBufferWriter<byte> request, PendingCall<T> call)
    {
        await SendAsync(request);
        return await call.Task;
    }

    // Takes no token: a message cut off in the middle would end the connection for all other calls too.
    private async Task SendAsync(ArrayBufferWriter<byte> request)
    {
        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(
                request.WrittenMemory, WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        catch (Exception failure) when (IsBroken(failure))
        {
            throw new RpcException(RpcFault.Disconnected, "The connection has ended.", 0, failure);
        }
        finally
        {
            _ = _sending.Release();
        }
    }

    private async Task<string> ReceiveMessagesAsync(CancellationToken cancellationToken)
    {
        using var frames = new FrameReader(_socket, _options.MaximumFrame);
        var garbage = 0;
        while (await frames.ReadAsync(cancellationToken) is { } message)
        {
            _ = Interlocked.Increment(ref _received);
            if (!TryDispatch(message) && ++garbage > _options.MaximumGarbage)
            {
                return $"more than {_options.MaximumGarbage} messages made no sense";
            }
        }

        return "closed by the node";
    }

    private bool TryDispatch(ReadOnlyMemory<byte> message)
    {
        try
        {
            Dispatch(message);
            return true;
        }
        catch (Exception failure) when (PendingCall.IsGarbage(failure))
        {
            return false;
        }
    }

    // Answers nobody waits for any more, and notices of forgotten subscriptions, are nothing unusual.
    private void Dispatch(ReadOnlyMemory<byte> message)
    {
        var envelope = RpcEnvelope.Read(message.Span);
        if (envelope.Subscription is { } name)
        {
            if (_subscriptions.TryGetValue(name, out var notice))
            {
                _ = message.Span.Overlaps(envelope.Result, out var start);
                notice(message.Slice(start, envelope.Result.Length));
            }
        }
        else if (_calls.TryRemove(envelope.Id!.Value, out var call))
        {
            if (envelope.Error is { } error)
            {
                call.Fail(error);
            }
            else
            {
                call.Answer(envelope.Result);
            }
        }
    }

    // A node that says nothing at all while a call times out is not there any more.
    private void EndIfSilent(long heard)
    {
        if (Interlocked.Read(ref _received) == heard)
        {
            End("the node fell silent");
        }
    }

    private void End(string why)
    {
        if (Interlocked.CompareExchange(ref _why, why, null) is not null)
        {
            return;
        }

        _socket.Abort();
        _socket.Dispose();
        foreach (var id in _calls.Keys)
        {
            if (_calls.TryRemove(id, out var call))
            {
                call.Fail(new RpcException(RpcFault.Disconnected, $"The connection ended: {why}."));
            }
        }
    }
}
