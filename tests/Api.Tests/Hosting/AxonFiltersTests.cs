using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Gateway.Api.Hosting;
using Gateway.Api.Wiring;
using Microsoft.Extensions.Configuration;

namespace Gateway.Api.Tests.Hosting;

/// <summary>Addresses of our own are not dialled because a miner names them.</summary>
public sealed class AxonFiltersTests
{
    [Theory]
    [InlineData("8.8.4.4:8091", false)]
    [InlineData("8.8.8.255:8091", false)]
    [InlineData("[::ffff:8.8.4.4]:8091", false)]
    [InlineData("[2606:4700::1]:8091", false)]
    [InlineData("8.8.9.1:8091", true)]
    [InlineData("[2606:4701::1]:8091", true)]
    public void What_the_operator_names_is_refused_in_every_form(string address, bool passes)
    {
        var filter = AxonFilters.Of(Settings("8.8.4.4/32, 8.8.8.0/24,2606:4700::/32"), []);
        Assert.Equal(passes, filter.Problem(IPEndPoint.Parse(address)) is null);
    }

    [Fact]
    public void What_this_machine_listens_on_is_refused()
    {
        var filter = AxonFilters.Of(Settings(""), []);
        var own = NetworkInterface.GetAllNetworkInterfaces()
            .SelectMany(one => one.GetIPProperties().UnicastAddresses)
            .Where(one => one.Address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6)
            .Select(one => one.Address).ToList();
        Assert.NotEmpty(own);
        Assert.All(own, address => Assert.NotNull(filter.Problem(new IPEndPoint(address, 8091))));
    }

    private static GatewaySettings Settings(string own) => GatewaySettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(
        [
            new("Gateway:Network", "custom"),
            new("Gateway:Chain:Endpoints:0", "ws://127.0.0.1:1"),
            new("Gateway:Chain:RequireAgreement", "1"),
            new("Gateway:Chain:OwnAddresses", own),
        ])
        .Build());
}
