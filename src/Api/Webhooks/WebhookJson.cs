using System.Text;
using System.Text.Json;
using Gateway.Api.Access;

namespace Gateway.Api.Webhooks;

/// <summary>Webhooks and deliveries in JSON.</summary>
internal static class WebhookJson
{
    private const long MillisPerSecond = 1000;

    /// <summary>The body that is sent, the same at every try.</summary>
    public static byte[] Body(Due due)
    {
        using var bytes = new MemoryStream();
        using (var writer = new Utf8JsonWriter(bytes))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, ObjectIds.WebhookEvent(due.Event.Id));
            writer.WriteString("object"u8, "event"u8);
            writer.WriteString("type"u8, due.Event.Type);
            writer.WriteNumber("created_at"u8, due.Event.CreatedAt / MillisPerSecond);
            writer.WritePropertyName("data"u8);
            writer.WriteRawValue(due.Event.Data);
            writer.WriteStartObject("delivery"u8);
            writer.WriteString("id"u8, ObjectIds.Delivery(due.Delivery.Id));
            writer.WriteString("webhook_id"u8, ObjectIds.Webhook(due.Webhook.Id));
            writer.WriteBoolean("is_redelivery"u8, due.Delivery.Original is not null);
            writer.WriteString("original_delivery_id"u8, OriginalOf(due));
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        return bytes.ToArray();
    }

    /// <param name="writer">Where to.</param>
    /// <param name="row">The webhook.</param>
    /// <param name="secret">Only when it was made just now.</param>
    public static void Write(Utf8JsonWriter writer, WebhookRow row, string? secret = null)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.webhook"u8);
        writer.WriteString("id"u8, ObjectIds.Webhook(row.Id));
        writer.WriteString("name"u8, row.Name);
        writer.WriteString("url"u8, row.Url);
        writer.WriteStartArray("events"u8);
        foreach (var type in row.Events.Split(' '))
        {
            writer.WriteStringValue(type);
        }

        writer.WriteEndArray();
        writer.WriteBoolean("enabled"u8, row.IsEnabled);
        writer.WriteString("disabled_reason"u8, row.OffReason);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        if (secret is not null)
        {
            writer.WriteString("secret"u8, secret);
        }

        writer.WriteEndObject();
    }

    public static void Write(Utf8JsonWriter writer, Due due)
    {
        var delivery = due.Delivery;
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.webhook.delivery"u8);
        writer.WriteString("id"u8, ObjectIds.Delivery(delivery.Id));
        writer.WriteString("webhook_id"u8, ObjectIds.Webhook(delivery.Webhook));
        writer.WriteString("event_id"u8, ObjectIds.WebhookEvent(due.Event.Id));
        writer.WriteString("type"u8, due.Event.Type);
        writer.WriteString("state"u8, delivery.State);
        writer.WriteNumber("attempts"u8, delivery.Attempts);
        writer.WriteNumber("created_at"u8, delivery.CreatedAt / MillisPerSecond);
        Optional(writer, "last_attempt_at"u8, delivery.LastAt / MillisPerSecond);
        Optional(writer, "next_attempt_at"u8,
            delivery.State == WebhookQueue.Pending ? delivery.NextAt / MillisPerSecond : null);
        Optional(writer, "response_status"u8, delivery.Status);
        writer.WriteString("error"u8, delivery.Error);
        writer.WriteBoolean("is_redelivery"u8, delivery.Original is not null);
        writer.WriteString("original_delivery_id"u8, OriginalOf(due));
        writer.WriteString("body"u8, Encoding.UTF8.GetString(Body(due)));
        writer.WriteEndObject();
    }

    private static string? OriginalOf(Due due) =>
        due.Delivery.Original is { } original ? ObjectIds.Delivery(original) : null;

    private static void Optional(Utf8JsonWriter writer, ReadOnlySpan<byte> name, long? value)
    {
        if (value is { } number)
        {
            writer.WriteNumber(name, number);
        }
        else
        {
            writer.WriteNull(name);
        }
    }
}
