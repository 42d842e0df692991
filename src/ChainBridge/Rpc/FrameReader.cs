using System.Buffers;
using System.Net.WebSockets;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Collects whole messages from a WebSocket into one buffer that grows to what was needed.</summary>
internal sealed class FrameReader(WebSocket socket, int maximum) : IDisposable
{
    private const int FirstLength = 16 * 1024;

    private byte[] _buffer = ArrayPool<byte>.Shared.Rent(FirstLength);

    /// <summary>The next message, valid until the next call; null when the other side closed.</summary>
    /// <exception cref="InvalidDataException">The message is longer than allowed.</exception>
    /// <exception cref="WebSocketException">The connection broke.</exception>
    public async Task<ReadOnlyMemory<byte>?> ReadAsync(CancellationToken cancellationToken)
    {
        var length = 0;
        while (true)
        {
            if (length == _buffer.Length)
            {
                Grow();
            }

            var part = await socket.ReceiveAsync(_buffer.AsMemory(length), cancellationToken);
            if (part.MessageType == WebSocketMessageType.Close)
            {
                return null;
            }

            length += part.Count;
            if (length > maximum)
            {
                throw new InvalidDataException($"A message is longer than {maximum} bytes.");
            }

            if (part.EndOfMessage)
            {
                return _buffer.AsMemory(0, length);
            }
        }
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(2 * _buffer.Length);
        _buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
