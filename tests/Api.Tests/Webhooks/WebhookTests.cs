using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Api.Webhooks;
using Gateway.Api.Wiring;
using Gateway.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Gateway.Api.Tests.Webhooks;

public sealed class WebhookTests
{
    private const string Loopback = "--Gateway:Webhooks:AllowLoopback=true";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_happens_is_told_once_and_signed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(Loopback);
        using var admin = Admin.OfDemo(gateway);
        await admin.CreateKeyAsync("""{"name":"before anybody listened"}""");

        var webhook = await CreateAsync(admin, receiver.Address, """["api_key.created","api_key.deleted"]""");
        var (path, _) = await admin.CreateKeyAsync("""{"name":"told"}""");
        await admin.DeleteAsync(path);
        var received = await receiver.WaitAsync(2, Token);

        Assert.Equal(["api_key.created", "api_key.deleted"], received.Select(one => one.Type).Order());
        var secret = (string)webhook["secret"]!;
        foreach (var one in received)
        {
            Assert.True(Receiver.IsSigned(one, secret, DateTimeOffset.UnixEpoch + Now()));
            Assert.False(Receiver.IsSigned(one, secret + "x", DateTimeOffset.UnixEpoch + Now()));
            Assert.False(Receiver.IsSigned(one, secret, DateTimeOffset.UnixEpoch + Now() + TimeSpan.FromMinutes(6)));
            Assert.False(Receiver.IsSigned(
                one with { Body = [.. one.Body, (byte)' '] }, secret, DateTimeOffset.UnixEpoch + Now()));
            Assert.EndsWith((string)one.Json["data"]!["id"]!, path, StringComparison.Ordinal);
            Assert.Equal((string)webhook["id"]!, (string)one.Json["delivery"]!["webhook_id"]!);
            Assert.Equal(one.Headers["x-gateway-delivery"], (string)one.Json["delivery"]!["id"]!);
        }

        Assert.Equal(2, received.Select(one => (string)one.Json["id"]!).Distinct().Count());
        Assert.Null((await admin.GetAsync($"webhooks/{webhook["id"]}"))["secret"]);
        var listed = await ListedAsync(admin, webhook, row => (string)row["state"]! == "delivered", 2);
        Assert.All(listed, row => Assert.Equal(204, (int)row!["response_status"]!));
        Assert.Equal(2, receiver.All.Count);
    }

    [Fact]
    public async Task A_deposit_is_told_when_it_is_credited_and_never_before()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(Loopback);
        using var admin = Admin.OfDemo(gateway);
        var webhook = await CreateAsync(admin, receiver.Address, """["deposit.credited"]""");

        // The demo credit was there before: only what follows is told.
        var chain = gateway.Services.GetRequiredService<DevNetHost>().Network!;
        chain.SendFromFaucet((string)gateway.DevNet["depositAddress"]!, new(250_000_000));
        chain.MakeFinal();
        var told = Assert.Single(await receiver.WaitAsync(1, Token));

        var deposits = await admin.GetAsync("deposits");
        var newest = deposits["data"]![0]!;
        Assert.Equal("credited", (string)newest["state"]!);
        Assert.Equal((string)newest["id"]!, (string)told.Json["data"]!["id"]!);
        Assert.Equal((long)newest["credit_nusd"]!, (long)told.Json["data"]!["credit_nusd"]!);
        Assert.Equal(250_000_000, (long)told.Json["data"]!["rao"]!);
        Assert.Equal(2, deposits["data"]!.AsArray().Count);
        Assert.NotNull(webhook["secret"]);
    }

    [Fact]
    public async Task A_delivery_outlives_the_process_and_is_sent_again_when_asked_for()
    {
        await using var receiver = await Receiver.StartAsync();
        var directory = GatewayProcess.NewDataDirectory();
        string id;

        // The collector and the sender are left out: the process ends with the deliveries it owes.
        await using (var gateway = await StartWithoutLoopAsync(directory))
        {
            using var admin = Admin.OfDemo(gateway);
            id = (string)(await CreateAsync(admin, receiver.Address, """["*"]"""))["id"]!;
            await admin.PostAsync($"webhooks/{id}/test", "{}");
            await admin.CreateKeyAsync("""{"name":"owed"}""");
            gateway.KeepsData = true;
        }

        await using (var gateway = await InProcessGateway.StartInAsync(directory, [Loopback]))
        {
            var received = await receiver.WaitAsync(2, Token);
            Assert.Equal(["api_key.created", "webhook.test"], received.Select(one => one.Type).Order());

            using var admin = Admin.OfDemo(gateway);
            var first = (await ListedAsync(admin, new JsonObject { ["id"] = id }, _ => true, 2))[0];
            var again = await admin.PostAsync($"webhooks/{id}/deliveries/{first!["id"]}/resend", "{}");
            var repeated = (await receiver.WaitAsync(3, Token))[2];
            Assert.Equal((string)first["id"]!, (string)again["original_delivery_id"]!);
            Assert.True((bool)repeated.Json["delivery"]!["is_redelivery"]!);
            Assert.Equal((string)first["id"]!, repeated.Headers["x-gateway-redelivery-of"]);
            Assert.Equal((string)first["event_id"]!, (string)repeated.Json["id"]!);
            Assert.NotEqual((string)first["id"]!, repeated.Headers["x-gateway-delivery"]);
        }
    }

    [Fact]
    public async Task A_receiver_that_fails_is_tried_for_two_days_and_then_turned_off_with_a_notice()
    {
        await using var receiver = await Receiver.StartAsync(context =>
        {
            context.Response.StatusCode = StatusCodes.Status500InternalServerError;
            return Task.CompletedTask;
        });
        await using var gateway = await StartWithoutLoopAsync(GatewayProcess.NewDataDirectory());
        using var admin = Admin.OfDemo(gateway);
        var id = (string)(await CreateAsync(admin, receiver.Address, """["*"]"""))["id"]!;
        await admin.PostAsync($"webhooks/{id}/test", "{}");

        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch + Now());
        var (queue, sender) = Sender(gateway, time);
        for (var delay = 0; delay < WebhookQueue.Delays.Count; delay++)
        {
            await sender.SendAsync(Assert.Single(await queue.DueAsync(Token)), Token);
            time.Advance(WebhookQueue.Delays[delay] - TimeSpan.FromSeconds(1));
            Assert.Empty(await queue.DueAsync(Token));
            time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.True((bool)(await admin.GetAsync($"webhooks/{id}"))["enabled"]!);
        await sender.SendAsync(Assert.Single(await queue.DueAsync(Token)), Token);

        var webhook = await admin.GetAsync($"webhooks/{id}");
        Assert.False((bool)webhook["enabled"]!);
        Assert.NotNull((string?)webhook["disabled_reason"]);
        var failed = (await admin.GetAsync($"webhooks/{id}/deliveries"))["data"]![0]!;
        Assert.Equal(("failed", 8, 500),
            ((string)failed["state"]!, (int)failed["attempts"]!, (int)failed["response_status"]!));
        Assert.Equal(8, receiver.All.Count);
        Assert.Single(receiver.All.Select(one => Encoding.UTF8.GetString(one.Body)).Distinct());
        var log = await admin.GetAsync("audit_logs?event_types=webhook.disabled");
        Assert.Single(log["data"]!.AsArray());
        var refused = await admin.RefusedAsync(
            HttpMethod.Post, $"webhooks/{id}/test", "{}", HttpStatusCode.Conflict);
        Assert.Equal("conflict", (string)refused["code"]!);
    }

    [Fact]
    public async Task Of_several_senders_one_has_a_delivery()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await StartWithoutLoopAsync(GatewayProcess.NewDataDirectory());
        using var admin = Admin.OfDemo(gateway);
        var id = (string)(await CreateAsync(admin, receiver.Address, """["*"]"""))["id"]!;
        await admin.PostAsync($"webhooks/{id}/test", "{}");
        var (queue, sender) = Sender(gateway, TimeProvider.System);
        var due = Assert.Single(await queue.DueAsync(Token));

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => sender.SendAsync(due, Token))));

        Assert.Single(receiver.All);
    }

    [Fact]
    public async Task Of_several_collectors_one_tells()
    {
        await using var gateway = await StartWithoutLoopAsync(GatewayProcess.NewDataDirectory());
        using var admin = Admin.OfDemo(gateway);
        var id = (string)(await CreateAsync(admin, "http://127.0.0.1:40009", """["*"]"""))["id"]!;
        await admin.CreateKeyAsync("""{"name":"a"}""");
        var outbox = gateway.Services.GetRequiredService<WebhookOutbox>();

        var counts = await Task.WhenAll(
            Enumerable.Range(0, 4).Select(_ => Task.Run(() => outbox.CollectAsync(Token))));

        Assert.Equal(1, counts.Sum());
        Assert.Single((await admin.GetAsync($"webhooks/{id}/deliveries"))["data"]!.AsArray());
        Assert.Equal(0, await outbox.CollectAsync(Token));
    }

    [Theory]
    [InlineData("""{}""", "missing_required_parameter")]
    [InlineData("""{"url":"http://example.com/x"}""", "invalid_value")]
    [InlineData("""{"url":"ftp://example.com/x"}""", "invalid_value")]
    [InlineData("""{"url":"https://user:pw@example.com/"}""", "invalid_value")]
    [InlineData("""{"url":"https://example.com/#x"}""", "invalid_value")]
    [InlineData("""{"url":"https://10.0.0.1/"}""", "invalid_value")]
    [InlineData("""{"url":"https://169.254.169.254/latest/meta-data"}""", "invalid_value")]
    [InlineData("""{"url":"https://[::ffff:127.0.0.1]/"}""", "invalid_value")]
    [InlineData("""{"url":"https://127.0.0.1/"}""", "invalid_value")]
    [InlineData("""{"url":"https://example.com:6379/"}""", null)]
    [InlineData("""{"url":"https://example.com/","events":["everything"]}""", "invalid_value")]
    [InlineData("""{"url":"https://example.com/","events":[]}""", "invalid_value")]
    [InlineData("""{"url":"https://example.com/","secret":"mine"}""", "unknown_parameter")]
    public async Task A_bad_webhook_is_refused_by_name(string body, string? code)
    {
        await using var gateway = await InProcessGateway.StartAsync();
        using var admin = Admin.OfDemo(gateway);
        if (code is null)
        {
            // A name is judged when it is dialled.
            await admin.PostAsync("webhooks", body);
            return;
        }

        var error = await admin.RefusedAsync(HttpMethod.Post, "webhooks", body, HttpStatusCode.BadRequest);
        Assert.Equal(code, (string)error["code"]!);
    }

    [Fact]
    public async Task Another_organisations_webhook_is_as_none()
    {
        await using var gateway = await InProcessGateway.StartAsync(Loopback);
        using var admin = Admin.OfDemo(gateway);
        var id = (string)(await CreateAsync(admin, "http://127.0.0.1:40009/", """["*"]"""))["id"]!;
        var (other, _, _) = await Admin.OfNewAsync(gateway, "other@example.org");
        using var stranger = other;
        foreach (var (method, path) in ((HttpMethod, string)[])
        [
            (HttpMethod.Get, ""), (HttpMethod.Post, ""), (HttpMethod.Delete, ""), (HttpMethod.Post, "/test"),
            (HttpMethod.Get, "/deliveries"),
            (HttpMethod.Post, $"/deliveries/whd_{Guid.CreateVersion7():N}/resend"),
        ])
        {
            await stranger.RefusedAsync(
                method, $"webhooks/{id}{path}", method == HttpMethod.Post ? "{}" : null, HttpStatusCode.NotFound);
        }

        Assert.Empty((await stranger.GetAsync("webhooks"))["data"]!.AsArray());
        await admin.DeleteAsync($"webhooks/{id}");
        await admin.RefusedAsync(HttpMethod.Get, $"webhooks/{id}", null, HttpStatusCode.NotFound);
    }

    internal static (WebhookQueue Queue, WebhookSender Sender) Sender(InProcessGateway gateway, TimeProvider time)
    {
        var services = gateway.Services;
        var queue = new WebhookQueue(services.GetRequiredService<IDbContextFactory<AccessDb>>(), time);
        return (queue, ActivatorUtilities.CreateInstance<WebhookSender>(services, queue, time));
    }

    internal static Task<InProcessGateway> StartWithoutLoopAsync(string directory) =>
        InProcessGateway.StartInAsync(directory, [Loopback], services =>
        {
            var loop = services.Single(one => one.ImplementationType == typeof(WebhookLoop));
            services.Remove(loop);
        });

    internal static Task<JsonNode> CreateAsync(Admin admin, string address, string events) =>
        admin.PostAsync("webhooks", $$"""{"url":"{{address}}","events":{{events}}}""");

    // Waits until so many rows are as they should be.
    private static async Task<JsonArray> ListedAsync(
        Admin admin, JsonNode webhook, Func<JsonNode, bool> isReady, int count)
    {
        while (true)
        {
            var rows = (await admin.GetAsync($"webhooks/{webhook["id"]}/deliveries"))["data"]!.AsArray();
            if (rows.Count(row => isReady(row!)) >= count)
            {
                return rows;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Token);
        }
    }

    private static TimeSpan Now() => TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch;
}
