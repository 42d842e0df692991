using System.Globalization;
using Gateway.Api.Access;
using Gateway.Core;

namespace Gateway.Api.Webhooks;

/// <summary>Tries one delivery: takes it, signs it, sends it, notes what came of it, and turns off a webhook that has
/// refused for two days.</summary>
internal sealed partial class WebhookSender(
    WebhookQueue queue, WebhookStore store, WebhookSecrets secrets, WebhookClient client, TimeProvider time,
    ILogger<WebhookSender> logger)
{
    private const string InVain = "A delivery failed as often as it is tried, over two days.";

    public async Task SendAsync(Due due, CancellationToken stopping)
    {
        if (!await queue.TryClaimAsync(due.Delivery, stopping))
        {
            return;
        }

        var body = WebhookJson.Body(due);
        var sent = await client.SendAsync(new(due.Webhook.Url), HeadersOf(due, body), body, stopping);

        // What was sent is noted also while the host stops.
        if (await queue.NoteAsync(due.Delivery, sent))
        {
            var org = new OrgId(due.Webhook.Org);
            await store.DisableAsync(org, due.Webhook.Id, InVain);
            Log.TurnedOff(logger, ObjectIds.Webhook(due.Webhook.Id), org);
        }
    }

    private IEnumerable<(string Name, string Value)> HeadersOf(Due due, byte[] body)
    {
        var delivery = due.Delivery;
        yield return ("x-gateway-signature", secrets.Sign(due.Webhook.Id, time.GetUtcNow(), body));
        yield return ("x-gateway-delivery", ObjectIds.Delivery(delivery.Id));
        yield return ("x-gateway-attempt", (delivery.Attempts + 1).ToString(CultureInfo.InvariantCulture));
        if (delivery.Original is { } original)
        {
            yield return ("x-gateway-redelivery-of", ObjectIds.Delivery(original));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5710, LogLevel.Warning, "The webhook {Webhook} of {Org} is turned off: deliveries failed")]
        public static partial void TurnedOff(ILogger logger, string webhook, OrgId org);
    }
}
