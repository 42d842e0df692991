using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Testing;

/// <summary>What does not get through a <see cref="FaultProxy"/>.</summary>
[Flags]
public enum Blocked
{
    /// <summary>Everything does.</summary>
    None = 0,

    /// <summary>What clients send.</summary>
    Questions = 1,

    /// <summary>What the server sends.</summary>
    Answers = 2,

    /// <summary>Nothing does.</summary>
    All = Questions | Answers,
}

/// <summary>A TCP proxy on loopback before a real server that fails as a network does: bytes are held back in one
/// direction or both, and arrive late, as TCP sends them again; or a connection is cut between a question and its
/// answer.</summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int BufferLength = 64 << 10;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly ConcurrentDictionary<Socket, Socket> _pairs = new();
    private readonly int _port;
    private readonly Task _accepting;
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile byte[]? _cutAfter;
    private int _cuts;

    private FaultProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many answers were cut off.</summary>
    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>What does not get through now.</summary>
    public Blocked Blocked { get; private set; }

    /// <summary>Begins to pass bytes to a server's port on loopback.</summary>
    public static FaultProxy Start(int port) => new(port);

    /// <summary>Holds back from now on, or lets everything held back go on.</summary>
    public void Block(Blocked what)
    {
        Blocked = what;
        Interlocked.Exchange(ref _changed, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    /// <summary>The next question with these bytes reaches the server, which answers; the answer is thrown away and
    /// the connection ends.</summary>
    public void CutAnswerTo(ReadOnlySpan<byte> question) => _cutAfter = question.ToArray();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        Block(Blocked.None);
        await _accepting;
        foreach (var (client, server) in _pairs)
        {
            client.Dispose();
            server.Dispose();
        }

        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptSocketAsync(_end.Token));
            }
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The end.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
            (client.NoDelay, server.NoDelay) = (true, true);
            _pairs[client] = server;
            var cut = new Cut();
            await Task.WhenAny(
                PassAsync(client, server, Blocked.Questions, cut), PassAsync(server, client, Blocked.Answers, cut));
        }
        catch (Exception error) when (error is OperationCanceledException or SocketException)
        {
            // The client sees the connection end.
        }
        finally
        {
            _pairs.TryRemove(client, out _);
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task PassAsync(Socket from, Socket to, Blocked way, Cut cut)
    {
        var buffer = new byte[BufferLength];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is var length and > 0)
            {
                await UntilOpenAsync(way);
                if (way == Blocked.Questions)
                {
                    Look(buffer.AsSpan(0, length), cut);
                }
                else if (cut.IsSet)
                {
                    Interlocked.Increment(ref _cuts);
                    return;
                }

                await to.SendAsync(buffer.AsMemory(0, length), _end.Token);
            }
        }
        catch (Exception error) when (
            error is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // One side has gone: the other learns of it.
        }
    }

    private async Task UntilOpenAsync(Blocked way)
    {
        while (true)
        {
            var changed = Volatile.Read(ref _changed).Task;
            if (!Blocked.HasFlag(way))
            {
                return;
            }

            await changed.WaitAsync(_end.Token);
        }
    }

    private void Look(ReadOnlySpan<byte> question, Cut cut)
    {
        if (_cutAfter is { } wanted && question.IndexOf(wanted) >= 0)
        {
            _cutAfter = null;
            cut.IsSet = true;
        }
    }

    private sealed class Cut
    {
        internal volatile bool IsSet;
    }
}
