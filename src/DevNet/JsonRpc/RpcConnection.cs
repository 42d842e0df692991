using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;

namespace Gateway.DevNet.JsonRpc;

/// <summary>One client on a WebSocket. Requests and news of the chain go through one queue; who reads too slowly is cut
/// off, so that nobody can hold the chain up.</summary>
internal sealed class RpcConnection : IChainObserver
{
    private const int QueueLength = 16 * 1024;
    private const int ReadLength = 16 * 1024;
    private const int LongestRequest = 16 * 1024 * 1024;

    private readonly WebSocket _socket;
    private readonly PortView _view;
    private readonly Subscriptions _subscriptions;
    private readonly CancellationTokenSource _ended;

    private readonly Channel<Inbound> _inbox = Channel.CreateBounded<Inbound>(
        new BoundedChannelOptions(QueueLength) { SingleReader = true });

    private RpcConnection(WebSocket socket, PortView view, CancellationTokenSource ended)
    {
        _socket = socket;
        _view = view;
        _ended = ended;
        _subscriptions = new Subscriptions(view, Post);
    }

    /// <summary>Serves a client until it leaves.</summary>
    public static async Task ServeAsync(WebSocket socket, PortView view, CancellationToken ct)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var connection = new RpcConnection(socket, view, ended);
        view.Chain.Observe(connection);
        view.Faults.Disconnecting += socket.Abort;
        try
        {
            await Task.WhenAll(connection.ReadAsync(), connection.WorkAsync());
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // The client left, was cut off, or the server stops.
            await connection.TryCloseAsync(ct);
        }
        finally
        {
            view.Faults.Disconnecting -= socket.Abort;
            view.Chain.Forget(connection);
            connection._subscriptions.EndAll();
        }
    }

    public void OnBest(ChainMove move) => Post(new Inbound.Moved(move));

    public void OnFinalized(IReadOnlyList<Block> blocks) => Post(new Inbound.Final(blocks));

    // A client that said good-bye gets an answer.
    private async Task TryCloseAsync(CancellationToken ct)
    {
        try
        {
            if (_socket.State == WebSocketState.CloseReceived)
            {
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, statusDescription: null, ct);
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // It did not wait for it.
        }
    }

    private void Post(Inbound news)
    {
        if (!_inbox.Writer.TryWrite(news))
        {
            _socket.Abort();
        }
    }

    private async Task ReadAsync()
    {
        try
        {
            while (await ReadMessageAsync() is { } text)
            {
                await _inbox.Writer.WriteAsync(new Inbound.Request(text), _ended.Token);
            }
        }
        finally
        {
            // Whichever of the two loops ends first ends the other.
            await _ended.CancelAsync();
        }
    }

    private async Task<byte[]?> ReadMessageAsync()
    {
        using var message = new MemoryStream();
        var buffer = new byte[ReadLength];
        while (true)
        {
            var read = await _socket.ReceiveAsync(buffer.AsMemory(), _ended.Token);
            if (read.MessageType == WebSocketMessageType.Close || message.Length + read.Count > LongestRequest)
            {
                return null;
            }

            await message.WriteAsync(buffer.AsMemory(0, read.Count), _ended.Token);
            if (read.EndOfMessage)
            {
                return message.ToArray();
            }
        }
    }

    private async Task WorkAsync()
    {
        try
        {
            await foreach (var item in _inbox.Reader.ReadAllAsync(_ended.Token))
            {
                if (item is Inbound.Request request)
                {
                    await SendAsync(RpcDispatcher.Answer(request.Text, _view, _subscriptions));
                }
                else
                {
                    _subscriptions.On(item);
                }

                foreach (var message in _subscriptions.TakeMessages())
                {
                    await SendAsync(message);
                }
            }
        }
        finally
        {
            await _ended.CancelAsync();
        }
    }

    private async Task CutAsync(byte[] text)
    {
        if (_view.Faults.CutsFrames)
        {
            var half = text.AsMemory(0, text.Length / 2);
            await _socket.SendAsync(half, WebSocketMessageType.Text, endOfMessage: false, _ended.Token);
        }

        _socket.Abort();
    }

    private async Task SendAsync(JsonNode? message)
    {
        if (message is null)
        {
            return;
        }

        var text = Encoding.UTF8.GetBytes(message.ToJsonString());
        await _view.Faults.WaitAsync(_ended.Token);
        if (_view.Faults.CutsNow())
        {
            await CutAsync(text);
            return;
        }

        await _socket.SendAsync(text.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, _ended.Token);
    }
}
