using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Tests.Http;
using Gateway.Testing.Miners;

namespace Gateway.Api.Tests.Attacks;

/// <summary>A thousand streams that nobody reads.</summary>
public sealed class SlowReadersTests
{
    private const int Readers = 1_000;
    private const int Frames = 600;
    private const int Lanes = 8;
    private const string Body = """{"model":"scripted","stream":true,"messages":[{"role":"user","content":"x"}]}""";

    // The gateway's own buffer, the kernel's queue, and a smallest receive buffer at the reader's own end.
    private const int Unseen = (16 + 16 + 16) * 1024;

    // The shortest frame that the gateway writes is longer.
    private const int FrameLength = 150;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private static ParallelOptions InLanes => new() { MaxDegreeOfParallelism = Lanes, CancellationToken = Token };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_18_A_thousand_slow_readers_cost_a_few_buffers_each_and_pay_for_what_was_delivered()
    {
        var frames = string.Concat(Enumerable.Repeat(ChatFrames.Text("word "), Frames));
        await using var miner = await ScriptedMiner.StartAsync(call => call.SendAsync(frames), Token);
        await using var gateway = await InProcessGateway.StartAsync(
            InProcessGateway.StaticExpert(miner.Address, "scripted", "0.01"));
        var readers = new ConcurrentBag<(Socket Socket, string Id)>();
        try
        {
            await Parallel.ForAsync(0, Readers, InLanes, async (_, _) => readers.Add(await OpenAsync(gateway)));

            // Others are served beside them.
            using var models = await gateway.Client.GetAsync(new Uri("v1/models", UriKind.Relative), Token);
            Assert.True(models.IsSuccessStatusCode);
            foreach (var (socket, _) in readers)
            {
                socket.LingerState = new(enable: true, seconds: 0);
                socket.Close();
            }

            await AssertBilledAsync(gateway, [.. readers.Select(reader => reader.Id)]);
        }
        finally
        {
            foreach (var (socket, _) in readers)
            {
                socket.Dispose();
            }
        }
    }

    [SuppressMessage("Reliability", "CA2000", Justification = "The caller's, who disposes it.")]
    private static async Task<(Socket Socket, string Id)> OpenAsync(InProcessGateway gateway)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096 };
        await socket.ConnectAsync("127.0.0.1", gateway.Client.BaseAddress!.Port, Token);
        await socket.SendAsync(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture,
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: "
            + $"{gateway.Client.DefaultRequestHeaders.Authorization}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Body.Length}\r\n\r\n{Body}")), Token);
        var head = "";
        var buffer = new byte[256];
        while (!head.Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            var length = await socket.ReceiveAsync(buffer, Token);
            Assert.NotEqual(0, length);
            head += Encoding.Latin1.GetString(buffer, 0, length);
        }

        return (socket, head.Split("x-request-id: ")[1].Split('\r')[0]);
    }

    private static async Task AssertBilledAsync(InProcessGateway gateway, string[] ids)
    {
        var tokens = new ConcurrentBag<long>();
        await Parallel.ForEachAsync(ids, InLanes, async (id, _) =>
        {
            var receipt = await ReceiptAsync(gateway, id);
            var output = (long)receipt["usage"]!["output_tokens"]!;
            Assert.Equal(output * 10, (long)receipt["charge_nusd"]!);
            tokens.Add(output);
        });

        TestContext.Current.SendDiagnosticMessage($"{tokens.Average()} tokens each, {tokens.Max()} at most");
        Assert.InRange(tokens.Max(), 0, Unseen / FrameLength);
        while (await UsedAsync(gateway) != tokens.Sum() * 10)
        {
            // The balance that is told may be a second old.
            await Task.Delay(Pause, TimeProvider.System, Token);
        }
    }

    private static async Task<long> UsedAsync(InProcessGateway gateway) =>
        (long)(await gateway.GetAsync("v1/credits", Token))["data"]!["total_usage_nusd"]!;

    private static async Task<JsonNode> ReceiptAsync(InProcessGateway gateway, string id)
    {
        while (true)
        {
            using var answer = await gateway.Client.GetAsync(new Uri($"v1/receipts/{id}", UriKind.Relative), Token);
            if (answer.IsSuccessStatusCode)
            {
                return JsonNode.Parse(await answer.Content.ReadAsStringAsync(Token))!;
            }

            await Task.Delay(Pause, TimeProvider.System, Token);
        }
    }
}
