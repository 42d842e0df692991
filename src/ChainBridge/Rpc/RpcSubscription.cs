using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Notices from a node, oldest first. They are hints: a slow reader loses the oldest, a new connection may
/// skip some. Truth is read by polling.</summary>
internal abstract class RpcSubscription(string method, Action<Utf8JsonWriter>? writeParameters, bool survives)
{
    public string Method { get; } = method;

    public Action<Utf8JsonWriter>? WriteParameters { get; } = writeParameters;

    /// <summary>Whether it is made again on a new connection. Otherwise it ends with the connection it was made on, as
    /// following a transaction must: to subscribe again would be to send again.</summary>
    public bool Survives { get; } = survives;

    /// <summary>Takes a notice, on the receiving thread.</summary>
    public abstract void Take(ReadOnlyMemory<byte> notice);

    /// <summary>No more notices come.</summary>
    public abstract void End();
}
