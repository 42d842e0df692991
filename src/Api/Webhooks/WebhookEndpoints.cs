using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;

namespace Gateway.Api.Webhooks;

/// <summary>/v1/organization/webhooks.</summary>
internal sealed class WebhookEndpoints(
    WebhookStore store, WebhookQueue queue, WebhookSecrets secrets, WebhookAddress address, BodyBudget budget)
{
    private const int MaxName = 100;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var after = Paging.After(context.Request, ObjectIds.Webhook);
        var rows = await store.ListAsync(context.Caller().Org, after, limit);
        await Paging.WriteAsync(
            context, rows, limit, row => ObjectIds.Webhook(row.Id), (writer, row) => WebhookJson.Write(writer, row));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await FindAsync(context);
        await JsonAnswer.WriteAsync(context, writer => WebhookJson.Write(writer, row));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "url", "name", "events");
        var url = ReadUrl(body) ?? throw FieldReader.Missing("url");
        var name = body.OptionalName("name", MaxName) ?? "";
        var events = ReadEvents(body) ?? WebhookEvents.Any;
        var row = await store.CreateAsync(
            context.Caller().Org, url, name, events, context.Actor(), context.RequestAborted)
            ?? throw AdminErrors.Conflict($"An organisation has at most {WebhookStore.MaxWebhooks} webhooks.");
        await JsonAnswer.WriteAsync(context, writer => WebhookJson.Write(writer, row, secrets.Of(row.Id)));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "url", "name", "events", "enabled");
        var (url, name, events) = (ReadUrl(body), body.OptionalName("name", MaxName), ReadEvents(body));
        var enabled = body.Find("enabled") is { } value ? FieldReader.Flag(value, "enabled") : (bool?)null;
        var row = await store.ChangeAsync(
            context.Caller().Org, IdOf(context), found => Apply(found, url, name, events, enabled), context.Actor())
            ?? throw NoWebhook();
        await JsonAnswer.WriteAsync(context, writer => WebhookJson.Write(writer, row));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await store.DeleteAsync(context.Caller().Org, id, context.Actor()))
        {
            throw NoWebhook();
        }

        await DeletedJson.WriteAsync(context, "organization.webhook", ObjectIds.Webhook(id));
    }

    public async Task DeliveriesAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var webhook = await FindAsync(context);
        var rows = await queue.ListAsync(webhook, Paging.After(context.Request, ObjectIds.Delivery), limit);
        await Paging.WriteAsync(
            context, rows, limit, due => ObjectIds.Delivery(due.Delivery.Id), WebhookJson.Write);
    }

    public async Task ResendAsync(HttpContext context)
    {
        var webhook = await FindAsync(context);
        RefuseOff(webhook);
        var delivery = ObjectIds.Parse((string?)context.Request.RouteValues["delivery"], ObjectIds.Delivery);
        var due = delivery is { } id ? await queue.FindAsync(webhook, id) : null;
        var again = await queue.RepeatAsync(due ?? throw AdminErrors.NotFound("delivery"));
        await JsonAnswer.WriteAsync(context, writer => WebhookJson.Write(writer, again));
    }

    public async Task TestAsync(HttpContext context)
    {
        var webhook = await FindAsync(context);
        RefuseOff(webhook);
        var due = await queue.TestAsync(webhook);
        await JsonAnswer.WriteAsync(context, writer => WebhookJson.Write(writer, due));
    }

    private static void Apply(WebhookRow row, string? url, string? name, string? events, bool? enabled)
    {
        row.Url = url ?? row.Url;
        row.Name = name ?? row.Name;
        row.Events = events ?? row.Events;
        if (enabled is { } wanted)
        {
            row.IsEnabled = wanted;
            row.OffReason = null;
        }
    }

    private async Task<WebhookRow> FindAsync(HttpContext context) =>
        await store.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoWebhook();

    private static void RefuseOff(WebhookRow webhook)
    {
        if (!webhook.IsEnabled)
        {
            throw AdminErrors.Conflict("This webhook is turned off. Turn it on with enabled: true first.");
        }
    }

    private string? ReadUrl(AdminBody body)
    {
        if (body.Find("url") is not { } value)
        {
            return null;
        }

        var url = FieldReader.Text(value, "url", WebhookAddress.MaxLength);
        return address.Problem(url) is { } allowed ? throw FieldReader.OutOfRange("url", allowed) : url;
    }

    private static string? ReadEvents(AdminBody body)
    {
        if (body.Find("events") is not { } list)
        {
            return null;
        }

        var allowed = $"a list of {string.Join(", ", WebhookEvents.All)}, or [\"{WebhookEvents.Any}\"]";
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() == 0
            || list.EnumerateArray().Any(one => one.ValueKind != JsonValueKind.String))
        {
            throw FieldReader.OutOfRange("events", allowed);
        }

        var types = list.EnumerateArray().Select(one => one.GetString()!).Distinct().ToList();
        return types is [WebhookEvents.Any] || types.TrueForAll(WebhookEvents.All.Contains)
            ? string.Join(' ', types)
            : throw FieldReader.OutOfRange("events", allowed);
    }

    private static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["webhook"], ObjectIds.Webhook) ?? throw NoWebhook();

    private static RefusedException NoWebhook() => AdminErrors.NotFound("webhook");
}
