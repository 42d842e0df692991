using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Portal.Billing;
using Gateway.Api.Tests.Batches;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Organization;
using Gateway.Api.Webhooks;
using Gateway.Api.Wiring;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Webhooks;

/// <summary>What becomes of batches and top-ups is told, each once.</summary>
public sealed class EventTests(BatchGateway fixture) : IClassFixture<BatchGateway>
{
    private const long Wanted = 250_000_000;

    private InProcessGateway Gateway => fixture.Gateway;

    [Fact]
    public async Task The_end_of_a_batch_is_told_once_by_OpenAIs_names_and_again_only_when_asked_for()
    {
        await using var receiver = await Receiver.StartAsync();
        using var admin = Admin.OfDemo(Gateway);
        await BatchGateway.EndedAsync(
            Gateway.Client, await BatchGateway.CreateAsync(Gateway.Client, [BatchGateway.Line("before", "x")]));
        var webhook = await CreateAsync(
            admin, receiver, """["batch.completed","batch.failed","batch.cancelled","batch.expired"]""");

        var good = await BatchGateway.CreateAsync(Gateway.Client, [BatchGateway.Line("a", "x")]);
        var bad = await BatchGateway.CreateAsync(Gateway.Client, ["{"]);
        var cancelled = await CancelledAsync();
        await receiver.WaitAsync(3, BatchGateway.Token);
        var delivery = (await admin.GetAsync($"webhooks/{webhook["id"]}/deliveries"))["data"]!.AsArray()[0]!;
        await admin.PostAsync($"webhooks/{webhook["id"]}/deliveries/{delivery["id"]}/resend", "{}");
        var received = await receiver.WaitAsync(4, BatchGateway.Token);

        Assert.Equal(
            [
                ("batch.cancelled", (string)cancelled["id"]!), ("batch.completed", (string)good["id"]!),
                ("batch.failed", (string)bad["id"]!),
            ],
            received.Take(3).Select(one => (one.Type, (string)one.Json["data"]!["id"]!)).Order());
        Assert.Equal(
            [false, false, false, true],
            received.Select(one => (bool)one.Json["delivery"]!["is_redelivery"]!));
        Assert.All(received, one => AssertSigned(one, webhook));
        var outbox = Gateway.Services.GetRequiredService<WebhookOutbox>();
        Assert.Equal(0, await outbox.CollectAsync(BatchGateway.Token));
        await admin.DeleteAsync($"webhooks/{webhook["id"]}");
    }

    [Fact]
    public async Task A_top_up_is_told_as_it_is_made_paid_and_settled_or_runs_out()
    {
        await using var receiver = await Receiver.StartAsync();
        using var admin = Admin.OfDemo(Gateway);
        var webhook = await CreateAsync(
            admin, receiver,
            """["top_up.created","top_up.processing","top_up.settled","top_up.expired","top_up.invalid"]""");
        var paid = await AddAsync((string)Gateway.DevNet["depositAddress"]!, TimeSpan.Zero);
        var missed = await AddAsync("5" + new string('x', 47), TimeSpan.FromHours(1));
        await receiver.WaitAsync(3, BatchGateway.Token);

        var chain = Gateway.Services.GetRequiredService<DevNetHost>().Network!;
        chain.SendFromFaucet(paid.Address, new(Wanted));
        chain.MakeFinal();
        var received = await receiver.WaitAsync(5, BatchGateway.Token);

        Assert.Equal(
            [
                ("top_up.created", TopUpView.IdOf(paid.Id)), ("top_up.created", TopUpView.IdOf(missed.Id)),
                ("top_up.expired", TopUpView.IdOf(missed.Id)), ("top_up.processing", TopUpView.IdOf(paid.Id)),
                ("top_up.settled", TopUpView.IdOf(paid.Id)),
            ],
            received.Select(one => (one.Type, (string)one.Json["data"]!["id"]!))
                .OrderBy(one => one.Type, StringComparer.Ordinal).ThenBy(one => one.Item2 != TopUpView.IdOf(paid.Id)));
        Assert.All(received, one => AssertSigned(one, webhook));
        var settled = received.Single(one => one.Type == "top_up.settled").Json["data"]!;
        Assert.Equal(("settled", Wanted, Wanted), (
            (string)settled["status"]!, (long)settled["rao"]!, (long)settled["credited_rao"]!));
        Assert.True((long)settled["credited_nusd"]! > 0);
        var outbox = Gateway.Services.GetRequiredService<WebhookOutbox>();
        Assert.Equal(0, await outbox.CollectAsync(BatchGateway.Token));
        await admin.DeleteAsync($"webhooks/{webhook["id"]}");
    }

    private static Task<JsonNode> CreateAsync(Admin admin, Receiver receiver, string events) =>
        admin.PostAsync("webhooks", $$"""{"url":"{{receiver.Address}}","events":{{events}}}""");

    private static void AssertSigned(Received one, JsonNode webhook) =>
        Assert.True(Receiver.IsSigned(one, (string)webhook["secret"]!, TimeProvider.System.GetUtcNow()));

    private async Task<JsonNode> CancelledAsync()
    {
        fixture.Release = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var made = await BatchGateway.CreateAsync(
            Gateway.Client, Enumerable.Range(0, 20).Select(i => BatchGateway.Line($"w{i}", "wait")));
        using var cancel = await Gateway.Client.PostAsync(
            new Uri($"v1/batches/{made["id"]}/cancel", UriKind.Relative), null, BatchGateway.Token);
        fixture.Release.SetResult();
        return await BatchGateway.EndedAsync(Gateway.Client, made);
    }

    private async Task<TopUpRow> AddAsync(string address, TimeSpan age)
    {
        var made = TimeProvider.System.GetUtcNow() - age;
        var rate = new FxRate(400_000);
        Assert.True(OrgId.TryParse((string)Gateway.DevNet["organization"]!, out var org));
        var row = new TopUpRow
        {
            Id = Guid.CreateVersion7(made),
            Org = org.Value,
            Address = address,
            Nusd = 100_000_000_000,
            Rao = Wanted,
            Rate = rate.PicoUsdPerRao,
            Height = Gateway.Services.GetRequiredService<DepositBoard>().Heights?.Best,
            CreatedAt = made.ToUnixTimeMilliseconds(),
            ExpiresAt = (made + TopUps.Life).ToUnixTimeMilliseconds(),
            CreatedBy = Guid.CreateVersion7(made),
        };
        await using var db = await Gateway.Services.GetRequiredService<IDbContextFactory<AccessDb>>()
            .CreateDbContextAsync(BatchGateway.Token);
        db.Add(row);
        await db.SaveChangesAsync(BatchGateway.Token);
        return row;
    }
}
