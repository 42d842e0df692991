using System.Diagnostics.CodeAnalysis;
using StackExchange.Redis;

namespace Gateway.Api.Redis;

/// <summary>Reads <c>Gateway:Redis:ConnectionString</c>, in StackExchange.Redis's form:
/// <c>host:port,password=...,ssl=true</c>.</summary>
internal static class RedisSettings
{
    private const int ConnectTimeoutMs = 2000;
    private const int AnswerTimeoutMs = 1000;
    private const int ReconnectEveryMs = 500;
    private const int KeepAliveSeconds = 5;

    /// <summary>Whether a text names at least one server and nothing unknown.</summary>
    public static bool IsValid(string text) => TryRead(text, out _);

    /// <summary>How to connect: a server that is not there is waited for, and nothing queues up meanwhile.</summary>
    /// <exception cref="ArgumentException">The text is malformed.</exception>
    public static ConfigurationOptions Read(string text) => TryRead(text, out var options)
        ? options
        : throw new ArgumentException("The Redis connection string is malformed.", nameof(text));

    private static bool TryRead(string text, [NotNullWhen(true)] out ConfigurationOptions? options)
    {
        options = null;
        try
        {
            var read = ConfigurationOptions.Parse(text);
            read.AbortOnConnectFail = false;
            read.BacklogPolicy = BacklogPolicy.FailFast;
            read.ConnectTimeout = ConnectTimeoutMs;
            read.AsyncTimeout = AnswerTimeoutMs;
            read.KeepAlive = KeepAliveSeconds;
            read.ReconnectRetryPolicy = new LinearRetry(ReconnectEveryMs);
            read.ClientName = "gateway";
            options = read.EndPoints.Count > 0 ? read : null;
            return options is not null;
        }
        catch (Exception failure) when (failure is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }
}
