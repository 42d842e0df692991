using System.Net;
using Gateway.Api.Hosting;
using Gateway.Api.Tests.Access;
using Microsoft.AspNetCore.Connections;

namespace Gateway.Api.Tests.Hosting;

public sealed class ConnectionCapTests
{
    private readonly ConnectionCap _cap = new(FailureBrakeTests.Settings());
    private readonly TaskCompletionSource _end = new();
    private int _served;

    [Theory]
    [InlineData("203.0.113.7", 2)]
    [InlineData("127.0.0.1", 5)]
    public async Task Attack_17_An_address_has_no_more_connections_than_allowed_and_a_shared_one_as_many_as_it_wants(
        string address, int expected)
    {
        var connections = Enumerable.Range(0, 5).Select(_ => OpenAsync(address)).ToList();

        Assert.Equal(expected, _served);
        Assert.Equal(5 - expected, connections.Count(one => one.IsCompletedSuccessfully));
        var other = OpenAsync("203.0.113.8");
        Assert.Equal(expected + 1, _served);

        _end.SetResult();
        await Task.WhenAll(connections.Append(other));
        Assert.Equal(0, _cap.Count);
        await OpenAsync(address);
        Assert.Equal(expected + 2, _served);
    }

    private Task OpenAsync(string address) => _cap.Guard(_ =>
    {
        _served++;
        return _end.Task;
    })(new DefaultConnectionContext { RemoteEndPoint = new IPEndPoint(IPAddress.Parse(address), 1) });
}
