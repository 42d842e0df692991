using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>A call that waits for an answer of one type.</summary>
internal sealed class PendingCall<T>(string method, ReadJson<T> read) : PendingCall
{
    // The reader of the answer must not run on the thread that receives messages.
    private readonly TaskCompletionSource<T> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _answer.Task;

    /// <inheritdoc/>
    public override void Answer(ReadOnlySpan<byte> result)
    {
        try
        {
            var reader = new Utf8JsonReader(result);
            _ = reader.Read();
            _ = _answer.TrySetResult(read(ref reader));
        }
        catch (Exception failure) when (IsGarbage(failure))
        {
            var message = $"The node's answer to {method} makes no sense: {failure.Message}";
            Fail(new RpcException(RpcFault.Garbage, message, inner: failure));
        }
    }

    /// <inheritdoc/>
    public override void Fail(RpcException failure) => _ = _answer.TrySetException(failure);
}
