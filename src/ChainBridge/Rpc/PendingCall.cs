using System.Text.Json;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Rpc;

/// <summary>A call that waits for its answer.</summary>
internal abstract class PendingCall
{
    /// <summary>Takes the answer's JSON, on the thread that received it.</summary>
    public abstract void Answer(ReadOnlySpan<byte> result);

    public abstract void Fail(RpcException failure);

    /// <summary>What reading an answer throws when the answer is at fault.</summary>
    public static bool IsGarbage(Exception failure) =>
        failure
        is JsonException or FormatException or InvalidOperationException or KeyNotFoundException or ScaleException;
}
