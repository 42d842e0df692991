using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Tests.Rpc;

/// <summary>A node of which tests write every answer: real Kestrel on a loopback port. Without a script it answers what
/// a connection asks first, as mainnet at spec 224 would.</summary>
internal sealed class ScriptedNode : IAsyncDisposable
{
    public const string Genesis = "0x2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03";

    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, Func<NodeCall, Task>> _answers = new();
    private readonly CancellationTokenSource _stopping = new();
    private int _connections;

    private ScriptedNode(WebApplication app)
    {
        _app = app;
        Answer("chain_getBlockHash", _ => $"\"{Genesis}\"");
        Answer("system_chain", _ => "\"Bittensor\"");
        Answer(
            "state_getRuntimeVersion",
            _ => """{"specName":"node-subtensor","specVersion":224,"transactionVersion":1,"apis":[]}""");
    }

    public Uri Address { get; private set; } = null!;

    /// <summary>Connections made so far.</summary>
    public int Connections => Volatile.Read(ref _connections);

    public static async Task<ScriptedNode> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var node = new ScriptedNode(app);
        app.UseWebSockets();
        app.Run(node.ServeAsync);
        await app.StartAsync();
        var address = app.Services.GetRequiredService<IServer>().Features
            .Get<IServerAddressesFeature>()!.Addresses.Single();
        node.Address = new Uri(address.Replace("http:", "ws:", StringComparison.Ordinal));
        return node;
    }

    /// <summary>Answers a method with JSON.</summary>
    public void Answer(string method, Func<JsonElement, string> result) =>
        On(method, call => call.AnswerAsync(result(call.Parameters)));

    /// <summary>Refuses a method.</summary>
    public void Refuse(string method, int code, string message) =>
        On(method, call => call.SendAsync(
            $$$"""{"jsonrpc":"2.0","id":{{{call.Id}}},"error":{"code":{{{code}}},"message":"{{{message}}}"}}"""));

    /// <summary>Does anything at a method.</summary>
    public void On(string method, Func<NodeCall, Task> act) => _answers[method] = act;

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _app.DisposeAsync();
        _stopping.Dispose();
    }

    private async Task ServeAsync(HttpContext context)
    {
        Interlocked.Increment(ref _connections);
        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[1 << 20];
        try
        {
            while (true)
            {
                var length = 0;
                ValueWebSocketReceiveResult part;
                do
                {
                    part = await socket.ReceiveAsync(buffer.AsMemory(length), _stopping.Token);
                    length += part.Count;
                }
                while (!part.EndOfMessage);

                if (part.MessageType == WebSocketMessageType.Close)
                {
                    return;
                }

                await DispatchAsync(socket, context, buffer.AsMemory(0, length));
            }
        }
        catch (Exception failure) when (failure is WebSocketException or OperationCanceledException or IOException)
        {
            // The other side, or the test, is done.
        }
    }

    private async Task DispatchAsync(WebSocket socket, HttpContext context, ReadOnlyMemory<byte> message)
    {
        using var request = JsonDocument.Parse(message);
        var root = request.RootElement;
        var call = new NodeCall(
            socket, context, root.GetProperty("id").GetInt64(), root.GetProperty("params").Clone());
        var method = root.GetProperty("method").GetString()!;
        await (_answers.TryGetValue(method, out var act)
            ? act(call)
            : call.SendAsync(
                $$$"""{"jsonrpc":"2.0","id":{{{call.Id}}},"error":{"code":-32601,"message":"Method not found"}}"""));
    }
}

/// <summary>A call that reached the node.</summary>
internal sealed record NodeCall(WebSocket Socket, HttpContext Context, long Id, JsonElement Parameters)
{
    public Task AnswerAsync(string result) =>
        SendAsync($$$"""{"jsonrpc":"2.0","id":{{{Id}}},"result":{{{result}}}}""");

    public Task NoticeAsync(string subscription, string result) => SendAsync(
        $$$"""
        {"jsonrpc":"2.0","method":"notice","params":{"subscription":"{{{subscription}}}","result":{{{result}}} }}
        """);

    public Task SendAsync(string text, bool whole = true) => Socket.SendAsync(
        Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, whole, CancellationToken.None);

    /// <summary>Cuts the line.</summary>
    public Task CutAsync()
    {
        Context.Abort();
        return Task.CompletedTask;
    }
}
