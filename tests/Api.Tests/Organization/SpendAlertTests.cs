using System.Net;
using Gateway.Api.Organization;
using Gateway.Api.Tests.Http;
using Gateway.Api.Tests.Telemetry;
using Gateway.Api.Tests.Webhooks;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Api.Tests.Organization;

public sealed class SpendAlertTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_threshold_is_told_once_in_a_period_when_it_is_reached()
    {
        await using var expert = await ScriptedExpert.StartAsync();
        await using var receiver = await Receiver.StartAsync();
        await using var gateway = await InProcessGateway.StartAsync(
            [.. ScriptedExpert.Settings(expert), "--Gateway:Webhooks:AllowLoopback=true"]);
        using var admin = Admin.OfDemo(gateway);
        await WebhookTests.CreateAsync(admin, receiver.Address, """["spend_alert.triggered"]""");

        // An answer costs 200,000: two reach the first, nothing here the second.
        var alert = await admin.PostAsync("spend_alerts", """{"threshold_nusd":400000,"interval":"day"}""");
        await admin.PostAsync("spend_alerts", """{"threshold_nusd":400001,"interval":"total"}""");
        var watch = gateway.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>()
            .OfType<SpendAlertWatch>().Single();
        await SpendAsync(gateway);
        await watch.LookAsync(Token);
        Assert.Null((await admin.GetAsync($"spend_alerts/{alert["id"]}"))["reached_since"]);

        await SpendAsync(gateway);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => watch.LookAsync(Token))));
        await watch.LookAsync(Token);

        var told = Assert.Single(await receiver.WaitAsync(1, Token));
        Assert.Equal((string)alert["id"]!, (string)told.Json["data"]!["id"]!);
        Assert.Equal(400_000, (long)told.Json["data"]!["changes"]!["spent_nusd"]!);
        Assert.NotNull((await admin.GetAsync($"spend_alerts/{alert["id"]}"))["reached_since"]);
        var log = await admin.GetAsync("audit_logs?event_types=spend_alert.triggered");
        Assert.Single(log["data"]!.AsArray());
    }

    [Fact]
    public async Task Alerts_are_listed_changed_and_deleted_and_bad_ones_refused()
    {
        await using var gateway = await InProcessGateway.StartAsync();
        using var admin = Admin.OfDemo(gateway);
        var project = await admin.DefaultProjectAsync();
        var alert = await admin.PostAsync(
            "spend_alerts", $$"""{"threshold_amount":500,"project_id":"{{project}}"}""");
        Assert.Equal((project, 5_000_000_000, "month"),
            ((string)alert["project_id"]!, (long)alert["threshold_nusd"]!, (string)alert["interval"]!));

        var changed = await admin.PostAsync(
            $"spend_alerts/{alert["id"]}", """{"threshold_amount":7,"interval":"week"}""");
        Assert.Equal((7, "week"), ((int)changed["threshold_amount"]!, (string)changed["interval"]!));
        Assert.Single((await admin.GetAsync("spend_alerts"))["data"]!.AsArray());
        await admin.RefusedAsync(HttpMethod.Post, "spend_alerts", "{}", HttpStatusCode.BadRequest);
        await admin.RefusedAsync(HttpMethod.Post, "spend_alerts",
            """{"threshold_amount":1,"project_id":"proj_none"}""", HttpStatusCode.NotFound);
        var (other, _, _) = await Admin.OfNewAsync(gateway, "stranger@example.org");
        using var stranger = other;
        await stranger.RefusedAsync(
            HttpMethod.Delete, $"spend_alerts/{alert["id"]}", null, HttpStatusCode.NotFound);

        await admin.DeleteAsync($"spend_alerts/{alert["id"]}");
        await admin.RefusedAsync(HttpMethod.Get, $"spend_alerts/{alert["id"]}", null, HttpStatusCode.NotFound);
    }

    private static async Task SpendAsync(InProcessGateway gateway)
    {
        using var answer = await gateway.PostChatAsync(ScriptedExpert.Body(stream: false), Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
