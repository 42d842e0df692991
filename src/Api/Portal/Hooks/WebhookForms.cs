using Gateway.Api.Access;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Webhooks;

namespace Gateway.Api.Portal.Hooks;

/// <summary>What the pages of webhooks do. A secret is in the answer that made its webhook, and nowhere else.</summary>
internal sealed class WebhookForms(
    WebhookStore store, WebhookQueue queue, WebhookSecrets secrets, WebhookAddress address)
{
    private const int MaxName = 100;

    public async Task CreateAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var (wish, fault) = await ReadAsync(context);
        if (fault is not null)
        {
            await PortalPages.ShowFaultAsync<WebhooksPage>(context, "webhooks", fault);
            return;
        }

        var made = await store.CreateAsync(
            me.OrganizationId, wish.Url, wish.Name, wish.Events, me.ActorOf(context), context.RequestAborted);
        await (made is null
            ? PortalPages.ShowFaultAsync<WebhooksPage>(context, "webhooks", new("url", "webhooks.problem.many"))
            : PortalPages.ShowAsync<WebhooksPage>(context, "webhooks", new { Secret = secrets.Of(made.Id) }));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        var (wish, fault) = await ReadAsync(context);
        var isOn = await PortalForm.FieldAsync(context, "on") == "yes";
        if (fault is not null)
        {
            await ShowAsync(context, fault);
            return;
        }

        var me = PortalVisitor.Of(context)!;
        await store.ChangeAsync(me.OrganizationId, webhook.Id, row =>
        {
            (row.Url, row.Name, row.Events, row.OffReason) = (wish.Url, wish.Name, wish.Events, null);
            row.IsEnabled = isOn;
        }, me.ActorOf(context));
        GoOn(context);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
        {
            await PortalPages.ShowMissingAsync(context);
            return;
        }

        if (await PortalForm.FieldAsync(context, "confirm") != new Uri(webhook.Url).Host)
        {
            await ShowAsync(context, new("confirm", "webhooks.problem.confirm"));
            return;
        }

        var me = PortalVisitor.Of(context)!;
        await store.DeleteAsync(me.OrganizationId, webhook.Id, me.ActorOf(context));
        PortalForm.GoTo(context, "/settings/webhooks");
    }

    /// <summary>Sends a test event.</summary>
    public async Task TestAsync(HttpContext context)
    {
        if (await FindAsync(context) is not { } webhook)
        {
            await PortalPages.ShowMissingAsync(context);
        }
        else if (!webhook.IsEnabled)
        {
            await ShowAsync(context, new("on", "webhooks.problem.off"));
        }
        else
        {
            await queue.TestAsync(webhook);
            GoOn(context);
        }
    }

    /// <summary>Sends the event of a delivery again.</summary>
    public async Task ResendAsync(HttpContext context)
    {
        var id = ObjectIds.Parse((string?)context.Request.RouteValues["delivery"], ObjectIds.Delivery);
        if (await FindAsync(context) is not { } webhook || id is not { } known
            || await queue.FindAsync(webhook, known) is not { } due)
        {
            await PortalPages.ShowMissingAsync(context);
        }
        else if (!webhook.IsEnabled)
        {
            await ShowAsync(context, new("on", "webhooks.problem.off"));
        }
        else
        {
            await queue.RepeatAsync(due);
            GoOn(context);
        }
    }

    /// <summary>The webhook that the address names; null: none of this organisation.</summary>
    public Task<WebhookRow?> FindAsync(HttpContext context) =>
        ObjectIds.Parse(IdOf(context), ObjectIds.Webhook) is { } id
            ? store.FindAsync(PortalVisitor.Of(context)!.OrganizationId, id)
            : Task.FromResult<WebhookRow?>(null);

    private async Task<(Wish Wish, FormFault? Fault)> ReadAsync(HttpContext context)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        var (url, name) = (form["url"].ToString().Trim(), form["name"].ToString().Trim());
        var events = form["event"].Select(text => text ?? "").Distinct().ToList();
        var wish = new Wish(url, name, events.Count == 0 ? WebhookEvents.Any : string.Join(' ', events));
        return (wish, address.Problem(url) switch
        {
            WebhookAddress.Inside => new("url", "webhooks.problem.inside"),
            { } => new("url", "webhooks.problem.url"),
            null when name.Length > MaxName || name.Any(char.IsControl) => new("name", "keys.problem.name"),
            null when !events.TrueForAll(WebhookEvents.All.Contains) => new("event", "webhooks.problem.event"),
            null => (FormFault?)null,
        });
    }

    private static void GoOn(HttpContext context) =>
        PortalForm.GoTo(context, $"/settings/webhooks/{IdOf(context)}");

    private static Task ShowAsync(HttpContext context, FormFault fault) =>
        PortalPages.ShowFaultAsync<WebhookPage>(context, "webhook", fault, new { Id = IdOf(context) });

    private static string IdOf(HttpContext context) => (string?)context.Request.RouteValues["id"] ?? "";

    private readonly record struct Wish(string Url, string Name, string Events);
}
