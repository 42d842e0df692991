using System.Net.Sockets;
using System.Text;
using Gateway.Api.Tests.Http;

namespace Gateway.Api.Tests.Idempotency;

/// <summary>Requests that a client library would not send.</summary>
internal static class RawHttp
{
    /// <summary>Sends a chat request with more headers, a line each, and gives all that came back.</summary>
    internal static async Task<string> SendAsync(
        InProcessGateway gateway, string headers, string body, CancellationToken ct)
    {
        var address = new Uri((string)gateway.DevNet["baseUrl"]!);
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, ct);
        var text = $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}"
            + $"Authorization: Bearer {gateway.DevNet["apiKey"]}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}";
        await client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text), ct);
        using var reader = new StreamReader(client.GetStream(), Encoding.UTF8);
        return await reader.ReadToEndAsync(ct);
    }
}
