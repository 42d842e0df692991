using System.Text.Json;
using System.Threading.Channels;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Notices of one type.</summary>
internal sealed class RpcSubscription<T>(
    string method, Action<Utf8JsonWriter>? writeParameters, ReadJson<T> read, bool survives, int queue)
    : RpcSubscription(method, writeParameters, survives)
{
    private readonly Channel<T> _notices = Channel.CreateBounded<T>(new BoundedChannelOptions(queue)
    {
        FullMode = BoundedChannelFullMode.DropOldest,
        SingleWriter = true,
    });

    /// <summary>The notices; ends when the subscription does.</summary>
    public ChannelReader<T> Notices => _notices.Reader;

    /// <inheritdoc/>
    public override void Take(ReadOnlyMemory<byte> notice)
    {
        var reader = new Utf8JsonReader(notice.Span);
        _ = reader.Read();
        _ = _notices.Writer.TryWrite(read(ref reader));
    }

    /// <inheritdoc/>
    public override void End() => _ = _notices.Writer.TryComplete();
}
