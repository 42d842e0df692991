using System.Net;
using System.Net.Sockets;
using Gateway.Api.Egress;
using Gateway.Api.Hosting;
using Gateway.Api.Tests.Access;
using Gateway.Api.Tests.Organization;
using Gateway.Api.Webhooks;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Webhooks;

/// <summary>Attack 35: a webhook is a request that a stranger makes this process send.</summary>
public sealed class WebhookEgressTests
{
    private static readonly (string, string)[] NoHeaders = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.1")]
    [InlineData("10.1.2.3")]
    [InlineData("100.64.0.1")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("192.168.1.1")]
    [InlineData("0.0.0.0")]
    [InlineData("255.255.255.255")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::7f00:1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fe80::1")]
    [InlineData("fd00::1")]
    public async Task Attack_35_a_name_that_points_inside_is_not_dialled(string inside)
    {
        using var listener = Listen(out var port);
        using var client = Client(allowLoopback: false, _ => [IPAddress.Parse(inside)]);

        var sent = await client.SendAsync(new($"https://hook.example:{port}/"), NoHeaders, default, Token);

        Assert.Equal(new Sent(null, "refused"), sent);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Attack_35_one_address_inside_among_several_is_enough_to_refuse()
    {
        using var listener = Listen(out var port);
        using var client = Client(
            allowLoopback: false, _ => [IPAddress.Parse("93.184.216.34"), IPAddress.Loopback]);

        var sent = await client.SendAsync(new($"https://hook.example:{port}/"), NoHeaders, default, Token);

        Assert.Equal("refused", sent.Error);
        Assert.False(listener.Pending());
    }

    [Fact]
    public async Task Attack_35_a_name_that_changes_its_mind_is_asked_anew_for_every_delivery()
    {
        await using var receiver = await Receiver.StartAsync();
        var port = new Uri(receiver.Address).Port;
        var asked = 0;
        using var client = Client(
            allowLoopback: true, _ => [asked++ == 0 ? IPAddress.Loopback : IPAddress.Parse("10.0.0.1")]);
        var url = new Uri($"http://hook.example:{port}/");

        Assert.True((await client.SendAsync(url, NoHeaders, default, Token)).IsDelivered);
        Assert.Equal("refused", (await client.SendAsync(url, NoHeaders, default, Token)).Error);
        Assert.Equal((2, 1), (asked, receiver.All.Count));
    }

    [Fact]
    public async Task Attack_35_a_port_of_a_database_is_not_dialled()
    {
        using var client = Client(allowLoopback: false, _ => [IPAddress.Parse("93.184.216.34")]);
        foreach (var port in (int[])[22, 25, 5432, 6379, 9200])
        {
            var sent = await client.SendAsync(new($"https://hook.example:{port}/"), NoHeaders, default, Token);
            Assert.Equal("refused", sent.Error);
        }
    }

    [Fact]
    public async Task Attack_35_a_redirect_is_a_failure_and_not_followed()
    {
        await using var inside = await Receiver.StartAsync();
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.Redirect(inside.Address, permanent: false, preserveMethod: true);
            return Task.CompletedTask;
        });
        using var client = Client(allowLoopback: true);

        var sent = await client.SendAsync(new(receiver.Address), NoHeaders, default, Token);

        Assert.Equal((307, false), (sent.Status, sent.IsDelivered));
        Assert.Empty(inside.All);
    }

    [Fact]
    public async Task Attack_35_a_receiver_that_does_not_answer_is_left_after_five_seconds()
    {
        var time = new FakeTimeProvider();
        var isThere = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            isThere.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        });
        using var client = Client(allowLoopback: true, time, new());

        var sending = client.SendAsync(new(receiver.Address), NoHeaders, default, Token);
        await isThere.Task.WaitAsync(Token);
        time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(sending.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(0.2));

        Assert.Equal(new Sent(null, "timeout"), await sending);
    }

    [Fact]
    public async Task Attack_35_an_answer_without_end_is_left()
    {
        await using var receiver = await Receiver.StartAsync(async context =>
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            var piece = new byte[64 * 1024];
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(piece, context.RequestAborted);
            }
        });
        using var client = Client(allowLoopback: true);

        Assert.Equal(
            new Sent(null, "too_large"), await client.SendAsync(new(receiver.Address), NoHeaders, default, Token));
    }

    [Fact]
    public async Task Attack_35_a_delivery_that_failed_tells_its_owner_why_in_one_word()
    {
        await using var gateway = await WebhookTests.StartWithoutLoopAsync(GatewayProcess.NewDataDirectory());
        using var admin = Admin.OfDemo(gateway);
        var id = (string)(await WebhookTests.CreateAsync(
            admin, "https://localhost.localdomain.invalid/", """["*"]"""))["id"]!;
        await admin.PostAsync($"webhooks/{id}/test", "{}");
        var (queue, sender) = WebhookTests.Sender(gateway, TimeProvider.System);

        await sender.SendAsync(Assert.Single(await queue.DueAsync(Token)), Token);

        var delivery = (await admin.GetAsync($"webhooks/{id}/deliveries"))["data"]![0]!;
        Assert.Equal("pending", (string)delivery["state"]!);
        Assert.Contains((string)delivery["error"]!, (string[])["connection", "timeout"]);
        Assert.Null(delivery["response_status"]);
    }

    [Fact]
    public void Loopback_is_opened_on_devnet_only()
    {
        var settings = GatewaySettings.Read(new ConfigurationBuilder().AddInMemoryCollection(
            [new("Gateway:Network", "finney"), new("Gateway:Webhooks:AllowLoopback", "true")]).Build());

        Assert.Contains(settings.Problems(), problem =>
            problem.StartsWith("Gateway:Webhooks:AllowLoopback", StringComparison.Ordinal));
    }

    private static WebhookClient Client(bool allowLoopback, Func<string, IPAddress[]>? resolve = null) =>
        Client(allowLoopback, TimeProvider.System, resolve is null
            ? new()
            : new EgressRules { ResolveAsync = (name, _) => Task.FromResult(resolve(name)) });

    private static WebhookClient Client(bool allowLoopback, TimeProvider time, EgressRules rules) =>
        new(FailureBrakeTests.Settings() with { AllowLoopbackWebhooks = allowLoopback }, rules, time);

    private static TcpListener Listen(out int port)
    {
        var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return listener;
    }
}
