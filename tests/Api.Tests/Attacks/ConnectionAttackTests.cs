using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Attacks;

/// <summary>Connections that are held open for nothing.</summary>
public sealed class ConnectionAttackTests
{
    private const int Slow = 400;
    private const int Others = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_17_Headers_that_do_not_end_keep_nobody_out_and_are_cut_off()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var address = gateway.Client.BaseAddress!;
        var slow = new List<Socket>();
        try
        {
            for (var i = 0; i < Slow; i++)
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                slow.Add(socket);
                await socket.ConnectAsync(address.Host, address.Port, Token);
                await socket.SendAsync("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Slow: "u8.ToArray(), Token);
            }

            for (var i = 0; i < Others; i++)
            {
                using var answer = await gateway.Client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            }

            // Ten seconds for all headers of a message.
            var waited = Stopwatch.StartNew();
            await Task.WhenAll(slow.Select(ReadToEndAsync)).WaitAsync(Patience, Token);
            TestContext.Current.SendDiagnosticMessage($"all were cut after {waited.Elapsed.TotalSeconds:0.0} s");
        }
        finally
        {
            slow.ForEach(socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Attack_17_Over_clear_text_there_is_no_HTTP_2_to_reset_streams_of()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        var address = gateway.Client.BaseAddress!;
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(address.Host, address.Port, Token);

        // The preface of RFC 9113 and empty settings; after them a server that speaks it sends its own settings.
        byte[] preface = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, 0, 0, 0, 4, 0, 0, 0, 0, 0];
        await socket.SendAsync(preface, Token);
        var answer = await ReadToEndAsync(socket).WaitAsync(Patience, Token);

        const byte Settings = 4;
        Assert.False(answer.Length > 3 && answer[3] == Settings, Encoding.Latin1.GetString(answer));
    }

    private static async Task<byte[]> ReadToEndAsync(Socket socket)
    {
        using var all = new MemoryStream();
        var buffer = new byte[1024];
        try
        {
            while (await socket.ReceiveAsync(buffer, Token) is var length and > 0)
            {
                all.Write(buffer.AsSpan(0, length));
            }
        }
        catch (SocketException)
        {
            // Cut off without a farewell.
        }

        return all.ToArray();
    }
}
