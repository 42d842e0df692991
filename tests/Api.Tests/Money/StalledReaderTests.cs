using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Money;

/// <summary>A client that opens a stream and takes nothing of it.</summary>
public sealed class StalledReaderTests
{
    // Kestrel's buffer, the kernel's queue, and a smallest receive buffer at the reader's own end.
    private const int Unseen = (16 + 16 + 16) * 1024;
    private const string Body = """{"model":"scripted","stream":true,"messages":[{"role":"user","content":"x"}]}""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_18_A_reader_that_stops_is_billed_a_few_buffers_and_no_more()
    {
        var frames = 0;
        await using var miner = await ScriptedMiner.StartAsync(
            async call =>
            {
                for (; frames < 20_000; frames++)
                {
                    await call.SendTextAsync("word ", null);
                }
            },
            Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "10"));
        string id;
        int frameLength;
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 })
        {
            await socket.ConnectAsync("127.0.0.1", gateway.Client.BaseAddress!.Port, Token);
            (id, frameLength) = await OpenAsync(socket, gateway);
            await StalledAsync(() => Volatile.Read(ref frames));
            socket.LingerState = new(true, 0);
        }

        var receipt = await HangUpTests.ReceiptAsync(gateway, id);
        var tokens = (int)receipt["usage"]!["output_tokens"]!;
        TestContext.Current.SendDiagnosticMessage($"{tokens} tokens of {frameLength} bytes");
        Assert.InRange(tokens, 1, Unseen / frameLength);
    }

    // The length of the first frame is that of all.
    private static async Task<(string Id, int FrameLength)> OpenAsync(Socket socket, InProcessGateway gateway)
    {
        var head = string.Create(CultureInfo.InvariantCulture,
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: "
            + $"{gateway.Client.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n{Body}");
        await socket.SendAsync(Encoding.ASCII.GetBytes(head), Token);
        var text = "";
        var buffer = new byte[1];
        while (text.Split("data: ").Length < 3)
        {
            Assert.Equal(1, await socket.ReceiveAsync(buffer, Token));
            text += (char)buffer[0];
        }

        var id = text.Split("x-request-id: ")[1].Split('\r')[0];
        return (id, text.Split("data: ")[1].Length + "data: ".Length);
    }

    private static async Task StalledAsync(Func<int> progress)
    {
        for (int last = -1, now = progress(); last != now; now = progress())
        {
            last = now;
            await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System, Token);
        }
    }
}
