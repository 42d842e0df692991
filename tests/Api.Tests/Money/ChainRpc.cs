using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;

namespace Gateway.Api.Tests.Money;

/// <summary>Asks the simulated chain of a gateway's process, and breaks it on request.</summary>
internal sealed class ChainRpc(Uri address)
{
    private const int Room = 1 << 20;

    public async Task<JsonNode?> AskAsync(string method, params JsonNode?[] parameters)
    {
        var token = TestContext.Current.CancellationToken;
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(address, token);
        var question = new JsonObject
        {
            ["jsonrpc"] = "2.0",
            ["id"] = 1,
            ["method"] = method,
            ["params"] = new JsonArray(parameters),
        };
        await socket.SendAsync(
            Encoding.UTF8.GetBytes(question.ToJsonString()), WebSocketMessageType.Text, true, token);
        var answer = JsonNode.Parse(await ReadAsync(socket, token))!;
        return answer["error"] is null
            ? answer["result"]
            : throw new InvalidOperationException($"{method}: {answer["error"]!.ToJsonString()}");
    }

    /// <summary>How often an extrinsic stands in the blocks of the best chain.</summary>
    public async Task<int> CountAsync(string extrinsic)
    {
        var head = (JsonNode)(await AskAsync("chain_getHeader"))!;
        var height = Convert.ToInt32((string)head["number"]!, 16);
        var count = 0;
        for (var number = 1; number <= height; number++)
        {
            var hash = (string)(await AskAsync("chain_getBlockHash", number))!;
            var block = await AskAsync("chain_getBlock", hash);
            count += block!["block"]!["extrinsics"]!.AsArray().Count(one => (string)one! == extrinsic);
        }

        return count;
    }

    private static async Task<string> ReadAsync(ClientWebSocket socket, CancellationToken token)
    {
        var text = new StringBuilder();
        var buffer = new byte[Room];
        while (true)
        {
            var part = await socket.ReceiveAsync(buffer.AsMemory(), token);
            text.Append(Encoding.UTF8.GetString(buffer, 0, part.Count));
            if (part.EndOfMessage)
            {
                return text.ToString();
            }
        }
    }
}
