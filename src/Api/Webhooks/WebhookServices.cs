using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenApi;
using Gateway.Api.Organization;

namespace Gateway.Api.Webhooks;

/// <summary>Registers webhooks and their routes.</summary>
internal static class WebhookServices
{
    private const string Root = "/v1/organization/webhooks";
    private const string One = Root + "/{webhook}";

    public static IServiceCollection AddWebhooks(this IServiceCollection services) => services
        .AddSingleton<WebhookAddress>()
        .AddSingleton<WebhookSecrets>()
        .AddSingleton<TopUpHappenings>()
        .AddSingleton<BatchHappenings>()
        .AddSingleton<WebhookSources>()
        .AddSingleton<WebhookStore>()
        .AddSingleton<WebhookOutbox>()
        .AddSingleton<WebhookQueue>()
        .AddSingleton(provider => new WebhookClient(
            provider.GetRequiredService<GatewaySettings>(), new(), provider.GetRequiredService<TimeProvider>()))
        .AddSingleton<WebhookSender>()
        .AddSingleton<WebhookEndpoints>()
        .AddHostedService<WebhookLoop>();

    public static void MapWebhooks(this IEndpointRouteBuilder routes)
    {
        var webhooks = routes.ServiceProvider.GetRequiredService<WebhookEndpoints>();
        routes.MapGet(Root, (RequestDelegate)webhooks.ListAsync).Requires(Act.ManageKeys)
            .Describes("Lists webhooks", "Webhook[]", query: "after limit");
        Post(routes, Root, webhooks.CreateAsync)
            .Describes("Makes a webhook; its secret is shown this once", "Webhook", "WebhookBody");
        routes.MapGet(One, (RequestDelegate)webhooks.GetAsync).Requires(Act.ManageKeys)
            .Describes("Reads a webhook", "Webhook");
        Post(routes, One, webhooks.ChangeAsync)
            .Describes("Changes a webhook, or turns it on or off", "Webhook", "WebhookChange");
        routes.MapDelete(One, (RequestDelegate)webhooks.DeleteAsync).Requires(Act.ManageKeys)
            .Describes("Deletes a webhook", "Deleted");
        Post(routes, One + "/test", webhooks.TestAsync)
            .Describes("Sends a test event", "WebhookDelivery");
        routes.MapGet(One + "/deliveries", (RequestDelegate)webhooks.DeliveriesAsync).Requires(Act.ManageKeys)
            .Describes("Lists what was sent, newest first", "WebhookDelivery[]", query: "after limit");
        Post(routes, One + "/deliveries/{delivery}/resend", webhooks.ResendAsync)
            .Describes("Sends an event again", "WebhookDelivery");
    }

    private static IEndpointConventionBuilder Post(IEndpointRouteBuilder routes, string path, RequestDelegate handle) =>
        routes.MapKeptPost(path, handle, AdminBody.MaxBytes, KeepWhen.Succeeded).Requires(Act.ManageKeys);
}
