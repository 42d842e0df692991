using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;

namespace Gateway.Api.Portal.Playground;

/// <summary>POST /playground/key: a key for the page that a person has open, good for a quarter of an hour and for
/// little money. The page keeps it in memory.</summary>
internal sealed class PlaygroundKeys(KeyStore keys, ProjectStore projects, TimeProvider time)
{
    private const int MaxEmail = 80;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private static readonly NanoUsd Cap = new(1_000_000_000);

    public async Task PostAsync(HttpContext context)
    {
        if (await MakeAsync(context) is not { } made)
        {
            context.Response.StatusCode = StatusCodes.Status409Conflict;
            return;
        }

        context.Response.ContentType = "application/json";
        await using var writer = new Utf8JsonWriter(context.Response.BodyWriter);
        writer.WriteStartObject();
        writer.WriteString("key"u8, made.Text);
        writer.WriteNumber("expires"u8, made.Expires.ToUnixTimeMilliseconds());
        writer.WriteEndObject();
        await writer.FlushAsync(context.RequestAborted);
    }

    /// <summary>Makes the key of a visitor; null when his organisation has too many.</summary>
    public async Task<(string Text, DateTimeOffset Expires)?> MakeAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var expires = time.GetUtcNow() + Life;
        var email = me.Email.Length <= MaxEmail ? me.Email : me.Email[..MaxEmail];
        var settings = new KeySettings(
            KeyStore.PlaygroundPrefix + email, KeyScopesText.Default, null, new(Cap, BudgetPeriod.Total), default,
            expires);
        var project = await projects.DefaultAsync(me.OrganizationId);
        return await keys.CreateAsync(project, settings, me.ActorOf(context)) is { } made
            ? (made.Text, expires)
            : null;
    }
}
