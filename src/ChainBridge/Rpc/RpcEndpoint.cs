using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Rpc;

/// <summary>A node by its address: connects, checks which chain it serves, and connects again whenever the connection
/// ends. Calls wait for a connection as long as their time allows. Safe for concurrent use; its owner runs
/// <see cref="RunAsync"/>.</summary>
internal sealed partial class RpcEndpoint
{
    private const long Never = long.MinValue;

    private readonly Uri _address;
    private readonly RpcOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Backoff _backoff;
    private readonly ConcurrentDictionary<RpcSubscription, string> _subscriptions = new();
    private ExpectedChain _expected;
    private string? _refusal;
    private long _stalledAt = Never;
    private TaskCompletionSource<Link> _link = NewLink();

    public RpcEndpoint(
        Uri address, ExpectedChain expected, RpcOptions options, TimeProvider time, Random random, ILogger log)
    {
        _address = address;
        _expected = expected;
        _options = options;
        _time = time;
        _log = log;
        _backoff = new Backoff(options, random);
    }

    /// <summary>Where the node is.</summary>
    public Uri Address => _address;

    /// <summary>Whether a checked connection is there now.</summary>
    public bool IsConnected =>
        Volatile.Read(ref _link).Task is { IsCompletedSuccessfully: true, Result.Connection.HasEnded: false };

    /// <summary>Whether it let a call wait for its whole time not long ago, whatever else it answers.</summary>
    public bool IsStalling => Interlocked.Read(ref _stalledAt) is var at && at != Never
        && _time.GetElapsedTime(at) < _options.StallRest;

    /// <summary>Why the node is refused; calls then fail at once. Null once it serves the right chain again.</summary>
    public string? Refusal => Volatile.Read(ref _refusal);

    /// <summary>Keeps the endpoint connected until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                var pause = await ConnectOnceAsync(cancellationToken);
                await Task.Delay(pause, _time, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            EndSubscriptions(all: true);
        }
    }

    /// <summary>The chain the node serves, once it is connected.</summary>
    /// <exception cref="RpcException">No connection in time, or the node was refused.</exception>
    public async Task<ChainIdentity> IdentityAsync(CancellationToken cancellationToken) =>
        (await LinkAsync(_options.CallTimeout, cancellationToken)).Chain;

    /// <summary>Calls a method; see <see cref="RpcConnection.CallAsync"/>.</summary>
    /// <exception cref="RpcException">No connection, no answer, an error, or garbage.</exception>
    public Task<T> CallAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        CancellationToken cancellationToken) =>
        CallAsync(method, writeParameters, read, _options.CallTimeout, cancellationToken);

    /// <summary>Calls a method of which the answer is large, such as metadata.</summary>
    /// <exception cref="RpcException">No connection, no answer, an error, or garbage.</exception>
    public Task<T> CallLongAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        CancellationToken cancellationToken) =>
        CallAsync(method, writeParameters, read, _options.LongCallTimeout, cancellationToken);

    /// <summary>Subscribes, and subscribes again on every later connection.</summary>
    /// <exception cref="RpcException">The first attempt failed.</exception>
    public Task<RpcSubscription<T>> SubscribeAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        CancellationToken cancellationToken) =>
        SubscribeAsync(
            new RpcSubscription<T>(method, writeParameters, read, survives: true, _options.SubscriptionQueue),
            cancellationToken);

    /// <summary>Subscribes for the life of the present connection.</summary>
    /// <exception cref="RpcException">The attempt failed.</exception>
    public Task<RpcSubscription<T>> SubscribeOnceAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        CancellationToken cancellationToken) =>
        SubscribeAsync(
            new RpcSubscription<T>(method, writeParameters, read, survives: false, _options.SubscriptionQueue),
            cancellationToken);

    /// <summary>Ends a subscription and tells the node so.</summary>
    /// <param name="subscription">One of this endpoint.</param>
    /// <param name="method">The method that undoes the subscription's.</param>
    /// <param name="cancellationToken">Gives up telling the node.</param>
    public async Task UnsubscribeAsync(
        RpcSubscription subscription, string method, CancellationToken cancellationToken)
    {
        subscription.End();
        if (!_subscriptions.TryRemove(subscription, out var name) || !IsConnected)
        {
            return;
        }

        try
        {
            var connection = (await LinkAsync(_options.CallTimeout, cancellationToken)).Connection;
            connection.Forget(name);
            _ = await connection.CallAsync(
                method, json => json.WriteStringValue(name), IgnoreAnswer, _options.CallTimeout, cancellationToken);
        }
        catch (RpcException)
        {
            // The connection ended, and the subscription with it.
        }
    }

    private static bool IgnoreAnswer(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return true;
    }

    private static TaskCompletionSource<Link> NewLink() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task<T> CallAsync<T>(
        string method,
        Action<Utf8JsonWriter>? writeParameters,
        ReadJson<T> read,
        TimeSpan timeout,
        CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        var link = await LinkAsync(timeout, cancellationToken);
        var left = timeout - _time.GetElapsedTime(started);
        try
        {
            return await link.Connection.CallAsync(
                method, writeParameters, read, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
        }
        catch (RpcException failure) when (failure.Fault == RpcFault.TimedOut)
        {
            _ = Interlocked.Exchange(ref _stalledAt, _time.GetTimestamp());
            throw;
        }
    }

    private async Task<RpcSubscription<T>> SubscribeAsync<T>(
        RpcSubscription<T> subscription, CancellationToken cancellationToken)
    {
        var link = await LinkAsync(_options.CallTimeout, cancellationToken);
        await SubscribeAsync(link.Connection, subscription, cancellationToken);
        if (link.Connection.HasEnded)
        {
            // The next connection may have looked for subscriptions just before this one was noted.
            _ = _subscriptions.TryRemove(subscription, out _);
            throw new RpcException(RpcFault.Disconnected, "The connection ended while subscribing.");
        }

        return subscription;
    }

    private async Task SubscribeAsync(
        RpcConnection connection, RpcSubscription subscription, CancellationToken cancellationToken) =>
        _subscriptions[subscription] = await connection.SubscribeAsync(
            subscription.Method, subscription.WriteParameters, subscription.Take, cancellationToken);

    private async Task<Link> LinkAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        while (true)
        {
            if (Refusal is { } refusal)
            {
                throw new RpcException(RpcFault.WrongChain, $"{_address} is refused: {refusal}.");
            }

            var source = Volatile.Read(ref _link);
            var left = timeout - _time.GetElapsedTime(started);
            var link = await LinkAsync(source.Task, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
            if (!link.Connection.HasEnded)
            {
                return link;
            }

            // The loop has not noticed yet.
            Retire(source);
        }
    }

    private async Task<Link> LinkAsync(Task<Link> link, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            return await link.WaitAsync(timeout, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            throw new RpcException(RpcFault.Disconnected, $"There is no connection to {_address}.");
        }
    }

    private void Retire(TaskCompletionSource<Link> link) =>
        _ = Interlocked.CompareExchange(ref _link, NewLink(), link);

    private async Task<TimeSpan> ConnectOnceAsync(CancellationToken cancellationToken)
    {
        try
        {
            using var connection = await RpcConnection.OpenAsync(_address, _options, _time, cancellationToken);
            var ended = connection.ReceiveAsync(cancellationToken);
            await ServeAsync(connection, ended, cancellationToken);
        }
        catch (RpcException failure)
        {
            Log.ConnectionFailed(_log, _address, failure.Message);
            return failure.Fault == RpcFault.WrongChain ? _options.LongestPause : _backoff.Next();
        }

        return _backoff.Next();
    }

    // From here on, everything that fails ends the connection, and the loop makes another.
    private async Task ServeAsync(RpcConnection connection, Task<string> ended, CancellationToken cancellationToken)
    {
        var chain = await IdentifyAsync(connection, cancellationToken);
        foreach (var subscription in _subscriptions.Keys)
        {
            await SubscribeAsync(connection, subscription, cancellationToken);
        }

        _backoff.Reset();
        Log.Connected(_log, _address, chain.Name, chain.Runtime.SpecName, chain.Runtime.SpecVersion);
        var link = Volatile.Read(ref _link);
        link.SetResult(new Link(connection, chain));
        var why = await ended;
        Retire(link);
        EndSubscriptions(all: false);
        if (!cancellationToken.IsCancellationRequested)
        {
            Log.Disconnected(_log, _address, why);
        }
    }

    private async Task<ChainIdentity> IdentifyAsync(RpcConnection connection, CancellationToken cancellationToken)
    {
        var genesis = await AskAsync(
            connection, "chain_getBlockHash", HexJson.ReadHash, json => json.WriteNumberValue(0), cancellationToken);
        var name = await AskAsync(
            connection,
            "system_chain",
            static (ref Utf8JsonReader reader) => reader.GetString() ?? "",
            writeParameters: null,
            cancellationToken);
        var runtime = await AskAsync(
            connection, "state_getRuntimeVersion", RuntimeVersion.Read, writeParameters: null, cancellationToken);
        var chain = new ChainIdentity(genesis, name, runtime);
        var refusal = _expected.Problem(chain);
        Volatile.Write(ref _refusal, refusal);
        if (refusal is not null)
        {
            throw new RpcException(RpcFault.WrongChain, $"The node is refused: {refusal}.");
        }

        _expected = _expected with { Genesis = genesis };
        return chain;
    }

    private Task<T> AskAsync<T>(
        RpcConnection connection,
        string method,
        ReadJson<T> read,
        Action<Utf8JsonWriter>? writeParameters,
        CancellationToken cancellationToken) =>
        connection.CallAsync(method, writeParameters, read, _options.CallTimeout, cancellationToken);

    private void EndSubscriptions(bool all)
    {
        foreach (var subscription in _subscriptions.Keys)
        {
            if (all || !subscription.Survives)
            {
                _ = _subscriptions.TryRemove(subscription, out _);
                subscription.End();
            }
        }
    }

    private sealed record Link(RpcConnection Connection, ChainIdentity Chain);

    private static partial class Log
    {
        [LoggerMessage(3000, LogLevel.Information, "Connected to {Address}: {Chain}, runtime {Spec} {Version}")]
        public static partial void Connected(ILogger logger, Uri address, string chain, string spec, uint version);

        [LoggerMessage(3001, LogLevel.Warning, "Connection to {Address} ended: {Reason}")]
        public static partial void Disconnected(ILogger logger, Uri address, string reason);

        [LoggerMessage(3002, LogLevel.Warning, "No use of {Address}: {Reason}")]
        public static partial void ConnectionFailed(ILogger logger, Uri address, string reason);
    }
}
