using System.Globalization;
using StackExchange.Redis;

namespace Gateway.Api.Redis;

/// <summary>The connection to Redis with its circuit breaker. Redis holds hints only: whoever uses it has a way
/// without. Any thread may call any member.</summary>
internal sealed partial class RedisLink(ConfigurationOptions options, TimeProvider time, ILogger<RedisLink> logger)
    : IAsyncDisposable
{
    // One slow answer is no outage.
    private const int FailuresToOpen = 3;

    private static readonly TimeSpan ProbeLimit = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _connecting = new(1, 1);
    private ConnectionMultiplexer? _connection;
    private int _failures;
    private volatile bool _isUp;
    private int _toldDown;

    /// <summary>This process's name among the replicas.</summary>
    public string Id { get; } = Guid.CreateVersion7(time.GetUtcNow()).ToString("N", CultureInfo.InvariantCulture);

    /// <summary>Whether it answered of late.</summary>
    public bool IsUp => _isUp;

    /// <summary>Asks whether it answers, and connects first where that was not done. Never throws for a Redis that does
    /// not.</summary>
    public async Task ProbeAsync()
    {
        try
        {
            var connection = await ConnectAsync();
            await connection.GetDatabase().PingAsync().WaitAsync(ProbeLimit, time);
            Succeeded();
        }
        catch (Exception failure) when (IsFault(failure))
        {
            Failed(failure);
        }
    }

    /// <summary>Runs a script; its answer is a list of integers.</summary>
    /// <exception cref="RedisException">It does not answer, or refuses the script.</exception>
    /// <exception cref="TimeoutException">It was never connected, or does not answer.</exception>
    public async Task<long[]> EvaluateAsync(string script, RedisKey[] keys, RedisValue[] values)
    {
        var connection = Volatile.Read(ref _connection)
            ?? throw new TimeoutException("Redis is not connected yet.");
        var answer = (long[])(await connection.GetDatabase().ScriptEvaluateAsync(script, keys, values))!;
        Succeeded();
        return answer;
    }

    /// <summary>Tells the others, if Redis answers; nobody waits for it.</summary>
    public void Publish(string channel, string text)
    {
        if (_isUp && Volatile.Read(ref _connection) is { } connection)
        {
            connection.GetSubscriber().Publish(
                RedisChannel.Literal(channel), $"{Id} {text}", CommandFlags.FireAndForget);
        }
    }

    /// <summary>Hears what others tell on a channel, from now on and again after every reconnection.</summary>
    /// <exception cref="RedisException">It does not answer.</exception>
    public async Task SubscribeAsync(string channel, Action<string> heard)
    {
        var connection = await ConnectAsync();
        await connection.GetSubscriber().SubscribeAsync(RedisChannel.Literal(channel), (_, message) =>
        {
            if ((string?)message is { } text && text.IndexOf(' ', StringComparison.Ordinal) is var end and > 0
                && !text.AsSpan(0, end).SequenceEqual(Id))
            {
                heard(text[(end + 1)..]);
            }
        });
    }

    /// <summary>Counts a call that was not answered in time; several in a row open the breaker until a probe is
    /// answered.</summary>
    public void Failed(Exception failure)
    {
        if (!_isUp || Interlocked.Increment(ref _failures) >= FailuresToOpen)
        {
            Down(failure);
        }
    }

    /// <summary>Whether an exception says that Redis does not answer as it should.</summary>
    public static bool IsFault(Exception failure) =>
        failure is RedisException or TimeoutException or ObjectDisposedException;

    public async ValueTask DisposeAsync()
    {
        _isUp = false;
        if (Interlocked.Exchange(ref _connection, null) is { } connection)
        {
            // Without waiting for answers: there may be nobody to give them.
            await connection.CloseAsync(allowCommandsToComplete: false);
            await connection.DisposeAsync();
        }

        _connecting.Dispose();
    }

    private async Task<ConnectionMultiplexer> ConnectAsync()
    {
        if (Volatile.Read(ref _connection) is { } made)
        {
            return made;
        }

        await _connecting.WaitAsync();
        try
        {
            return _connection ??= await ConnectionMultiplexer.ConnectAsync(options);
        }
        finally
        {
            _connecting.Release();
        }
    }

    private void Succeeded()
    {
        Volatile.Write(ref _failures, 0);
        if (_isUp)
        {
            return;
        }

        _isUp = true;
        Volatile.Write(ref _toldDown, 0);
        Log.Up(logger);
    }

    private void Down(Exception failure)
    {
        _isUp = false;
        if (Interlocked.Exchange(ref _toldDown, 1) == 0)
        {
            // The driver's own text may quote the connection string.
            Log.Down(logger, failure is RedisConnectionException broken
                ? broken.FailureType.ToString()
                : failure.GetType().Name);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5020, LogLevel.Information, "Redis answers: replicas share rate limits and tell each other")]
        internal static partial void Up(ILogger logger);

        [LoggerMessage(5021, LogLevel.Warning,
            "Redis does not answer ({Failure}): each replica keeps to its own part of the rate limits")]
        internal static partial void Down(ILogger logger, string failure);
    }
}
