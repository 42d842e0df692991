using System.Net;

namespace Gateway.ChainBridge.Tests.Metagraph;

public sealed class AxonFilterTests
{
    private static readonly AxonFilter Filter = new(new AxonFilterOptions());

    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("0.1.2.3")]
    [InlineData("10.0.0.1")]
    [InlineData("10.255.255.255")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.8")]
    [InlineData("192.0.2.1")]
    [InlineData("192.88.99.1")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("198.19.255.255")]
    [InlineData("198.51.100.7")]
    [InlineData("203.0.113.9")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.255")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    public void Attack_21_An_inner_or_special_IPv4_address_is_refused_in_every_form_it_can_take(string text)
    {
        var address = IPAddress.Parse(text);
        var number = Convert.ToHexStringLower(address.GetAddressBytes());
        var (high, low) = (number[..4], number[4..]);
        foreach (var form in new[]
        {
            text, $"::ffff:{text}", $"::{high}:{low}", $"64:ff9b::{high}:{low}", $"2002:{high}:{low}::1",
        })
        {
            Assert.True(Filter.Problem(new(IPAddress.Parse(form), 8091)) is not null, form);
        }
    }

    [Theory]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("64:ff9b:1::1")]
    [InlineData("100::1")]
    [InlineData("fc00::1")]
    [InlineData("fd12:3456::1")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("4000::1")]
    [InlineData("2001::1")]
    [InlineData("2001:10::1")]
    [InlineData("2001:2f:ffff::1")]
    [InlineData("2001:db8::1")]
    [InlineData("3fff::1")]
    [InlineData("3fff:fff::1")]
    public void Attack_21_An_IPv6_address_that_is_not_plainly_global_is_refused(string text) =>
        Assert.NotNull(Filter.Problem(new(IPAddress.Parse(text), 8091)));

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("9.255.255.255")]
    [InlineData("11.0.0.0")]
    [InlineData("100.63.255.255")]
    [InlineData("100.128.0.0")]
    [InlineData("126.255.255.255")]
    [InlineData("128.0.0.0")]
    [InlineData("172.15.255.255")]
    [InlineData("172.32.0.0")]
    [InlineData("192.0.1.0")]
    [InlineData("198.17.255.255")]
    [InlineData("198.20.0.0")]
    [InlineData("223.255.255.255")]
    [InlineData("2606:4700::1111")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("::ffff:8.8.8.8")]
    [InlineData("64:ff9b::808:808")]
    [InlineData("2002:808:808::1")]
    public void Its_neighbours_and_the_rest_of_the_world_pass(string text) =>
        Assert.Null(Filter.Problem(new(IPAddress.Parse(text), 8091)));

    [Theory]
    [InlineData(0)]
    [InlineData(80)]
    [InlineData(1023)]
    [InlineData(2049)]
    [InlineData(2375)]
    [InlineData(2376)]
    [InlineData(3306)]
    [InlineData(5432)]
    [InlineData(6379)]
    [InlineData(6443)]
    [InlineData(8500)]
    [InlineData(9200)]
    [InlineData(9933)]
    [InlineData(9944)]
    [InlineData(10250)]
    [InlineData(11211)]
    [InlineData(27017)]
    public void Attack_21_Ports_of_things_that_are_no_miner_are_refused_unless_the_subnet_has_them(int port)
    {
        var address = new IPEndPoint(IPAddress.Parse("1.1.1.1"), port);
        Assert.NotNull(Filter.Problem(address));
        Assert.Null(new AxonFilter(new() { AllowedPorts = new HashSet<int> { port } }).Problem(address));
    }

    [Fact]
    public void Loopback_is_an_exception_for_two_addresses_and_in_no_disguise()
    {
        var filter = new AxonFilter(new() { AllowsLoopback = true });
        Assert.Null(filter.Problem(new(IPAddress.Loopback, 40001)));
        Assert.Null(filter.Problem(new(IPAddress.IPv6Loopback, 40001)));
        foreach (var form in new[] { "127.0.0.2", "10.0.0.1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1" })
        {
            Assert.True(filter.Problem(new(IPAddress.Parse(form), 40001)) is not null, form);
        }
    }

    [Fact]
    public void Our_own_public_addresses_are_refused()
    {
        var filter = new AxonFilter(new()
        {
            Own = [IPNetwork.Parse("8.8.8.0/24"), IPNetwork.Parse("2606:4700::/32")],
        });
        foreach (var form in new[] { "8.8.8.8", "::ffff:8.8.8.8", "2002:808:808::1", "2606:4700::1" })
        {
            Assert.True(filter.Problem(new(IPAddress.Parse(form), 8091)) is not null, form);
        }
    }
}
