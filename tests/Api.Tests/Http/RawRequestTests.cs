using System.Net.Sockets;
using System.Text;

namespace Gateway.Api.Tests.Http;

/// <summary>Requests that no HTTP client would send.</summary>
public sealed class RawRequestTests(BadInputGateway fixture) : IClassFixture<BadInputGateway>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Host: rebound.example", "")]
    [InlineData("Host: rebound.example:8080", "")]
    [InlineData("Host: localhost.example", "")]
    [InlineData("Host: localhost", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n")]
    public async Task Attack_16_41_A_request_that_another_server_could_read_differently_is_400_and_closed(
        string host, string rest)
    {
        var text = await SendRawAsync($"POST /v1/chat/completions HTTP/1.1\r\n{host}\r\nAuthorization: Bearer "
            + $"{fixture.Gateway.DevNet["apiKey"]}\r\nContent-Type: application/json\r\n"
            + (rest.Length > 0 ? rest : "Content-Length: 2\r\n\r\n{}"));

        Assert.StartsWith("HTTP/1.1 400", text, StringComparison.Ordinal);
        Assert.Contains("Connection: close", text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("\"code\":\"invalid_value\"", text, StringComparison.Ordinal);
    }

    // Found by the fuzzer: the server tells of this one as of a broken line, which was a 500.
    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF\r\n{}")]
    [InlineData("zz\r\n{}")]
    public async Task Attack_16_A_chunk_whose_length_is_no_number_is_400_and_closed(string chunk)
    {
        var text = await SendRawAsync("POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
            + $"{fixture.Gateway.DevNet["apiKey"]}\r\nContent-Type: application/json\r\n"
            + "Transfer-Encoding: chunked\r\n\r\n" + chunk);

        Assert.StartsWith("HTTP/1.1 400", text, StringComparison.Ordinal);
        Assert.Contains("\"code\":\"invalid_value\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("LOCALHOST:1")]
    [InlineData("gateway.localhost:8080")]
    [InlineData("127.0.0.1")]
    [InlineData("10.1.2.3:80")]
    [InlineData("[::1]:8080")]
    public async Task Names_and_addresses_of_this_machine_are_its_own(string host) => Assert.StartsWith(
        "HTTP/1.1 200",
        await SendRawAsync($"GET /healthz HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
        StringComparison.Ordinal);

    // Until the server closes.
    private async Task<string> SendRawAsync(string request)
    {
        var address = fixture.Gateway.Client.BaseAddress!;
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(request), Token);
        using var answer = new MemoryStream();
        try
        {
            await client.GetStream().CopyToAsync(answer, Token);
        }
        catch (IOException)
        {
            // What the server did not read of the body resets the connection after the answer.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }
}
