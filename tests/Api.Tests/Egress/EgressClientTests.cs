using System.Net;
using System.Net.Sockets;
using Gateway.Api.Egress;
using Gateway.Api.Hosting;
using Gateway.Testing.Miners;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Gateway.Api.Tests.Egress;

/// <summary>Addresses that strangers name: attack 35 of the table, and images by address.</summary>
public sealed class EgressClientTests
{
    private const int Most = 1000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("http://example.org/")]
    [InlineData("ftp://example.org/")]
    [InlineData("file:///etc/passwd")]
    [InlineData("https://user:secret@example.org/")]
    public async Task Only_plain_https_is_called(string address) =>
        Assert.Equal(EgressProblem.Address, await ProblemAsync(new(), address));

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("0.0.0.0")]
    [InlineData("10.1.2.3")]
    [InlineData("169.254.169.254")]
    [InlineData("192.168.0.1")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("64:ff9b::a00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fd00::1")]
    [InlineData("fe80::1")]
    public async Task A_name_that_leads_inside_is_never_dialled(string inside)
    {
        using var listener = new TcpListener(IPAddress.Any, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var literal = inside.Contains(':', StringComparison.Ordinal) ? $"[{inside}]" : inside;

        // Also where a good address stands beside it: the connection would be made to either.
        Assert.Equal(EgressProblem.Refused, await ProblemAsync(Finding(inside), $"https://name.test:{port}/"));
        Assert.Equal(EgressProblem.Refused, await ProblemAsync(Finding("8.8.8.8", inside), "https://name.test/"));
        Assert.Equal(EgressProblem.Refused, await ProblemAsync(new(), $"https://{literal}:{port}/"));
        Assert.False(listener.Pending());
    }

    [Theory]
    [InlineData("https://8.8.8.8:22/")]
    [InlineData("https://8.8.8.8:6379/")]
    [InlineData("https://8.8.8.8:80/")]
    public async Task Ports_of_other_services_are_not_called(string address) =>
        Assert.Equal(EgressProblem.Refused, await ProblemAsync(new(), address));

    [Fact]
    public async Task Where_loopback_is_allowed_nothing_else_is_called_without_tls() => Assert.Equal(
        EgressProblem.Refused,
        await ProblemAsync(new EgressRules { AllowsLoopback = true }, "http://8.8.8.8:8080/"));

    [Fact]
    public async Task A_name_is_looked_up_for_every_call()
    {
        await using var server = await ScriptedMiner.StartAsync(call => call.RespondAsync(200, "hello"), Token);
        var lookups = 0;
        var rules = new EgressRules
        {
            AllowsLoopback = true,
            ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>(
                [IPAddress.Parse(++lookups == 1 ? "127.0.0.1" : "10.0.0.1")]),
        };
        using var client = Client(rules);
        var address = new Uri($"http://name.test:{server.Address.Port}/");

        using var first = new HttpRequestMessage(HttpMethod.Get, address);
        using var second = new HttpRequestMessage(HttpMethod.Get, address);
        Assert.Equal("hello"u8.ToArray(), (await client.SendAsync(first, Most, Token)).Body);
        var refused = await Assert.ThrowsAsync<EgressException>(() => client.SendAsync(second, Most, Token));

        Assert.Equal((EgressProblem.Refused, 1), (refused.Problem, server.Calls.Count));
    }

    [Fact]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var server = await ScriptedMiner.StartAsync(
            call =>
            {
                call.Response.Headers.Location = "/elsewhere";
                return call.RespondAsync(302, "");
            },
            Token);
        using var client = Client(new() { AllowsLoopback = true });
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Address);

        Assert.Equal(302, (await client.SendAsync(request, Most, Token)).Status);
        Assert.Single(server.Calls);
    }

    [Fact]
    public async Task A_long_answer_is_not_read_to_its_end()
    {
        await using var server = await ScriptedMiner.StartAsync(
            call => call.Response.WriteAsync(new string('x', Most + 1), call.Gone), Token);

        Assert.Equal(
            EgressProblem.TooLarge, await ProblemAsync(new() { AllowsLoopback = true }, server.Address.ToString()));
    }

    [Fact]
    public async Task Who_is_slow_is_not_waited_for()
    {
        await using var server = await ScriptedMiner.StartAsync(
            call => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, call.Gone), Token);
        var rules = new EgressRules { AllowsLoopback = true, Patience = TimeSpan.FromMilliseconds(200) };

        Assert.Equal(EgressProblem.TooSlow, await ProblemAsync(rules, server.Address.ToString()));
    }

    [Fact]
    public async Task Nobody_there_is_told_apart_from_a_refusal() => Assert.Equal(
        EgressProblem.Unreachable,
        await ProblemAsync(
            new() { AllowsLoopback = true }, $"http://127.0.0.1:{Testing.FreePort.Next()}/"));

    private static EgressRules Finding(params string[] addresses) => new()
    {
        ResolveAsync = (_, _) => Task.FromResult<IPAddress[]>([.. addresses.Select(IPAddress.Parse)]),
    };

    private static async Task<EgressProblem> ProblemAsync(EgressRules rules, string address)
    {
        using var client = Client(rules);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        return (await Assert.ThrowsAsync<EgressException>(() => client.SendAsync(request, Most, Token))).Problem;
    }

    private static EgressClient Client(EgressRules rules) =>
        new(GatewaySettings.Read(new ConfigurationBuilder().Build()), rules, TimeProvider.System);
}
