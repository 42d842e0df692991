using System.Net.Sockets;
using System.Text;

namespace Gateway.Api.Tests.Attacks;

/// <summary>Text on a socket, and all that comes back until the server closes.</summary>
internal static class RawText
{
    internal static async Task<string> SendAsync(Uri address, string request, CancellationToken ct)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, ct);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), ct);
        using var answer = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(answer, ct);
        }
        catch (IOException)
        {
            // What the server did not read of the request resets the connection after the answer.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
