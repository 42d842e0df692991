using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.Extensions.Caching.Memory;

namespace Gateway.Api.Portal.Playground;

/// <summary>POST /playground/key: a key for the page that a person has open, good for a quarter of an hour and for
/// little money. The page keeps it in memory, and so does this process: who asks again soon gets the same one.
/// </summary>
internal sealed class PlaygroundKeys(
    KeyStore keys, ProjectStore projects, Statements statements, TimeProvider time) : IDisposable
{
    /// <summary>Keys that are made at most for one person of an organisation in a quarter of an hour.</summary>
    public const int MostOfOne = 10;

    private const int MaxEmail = 80;
    private const int MostKept = 10_000;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LeastLeft = TimeSpan.FromMinutes(5);
    private static readonly NanoUsd Cap = new(1_000_000_000);

    private readonly MemoryCache _kept = new(new MemoryCacheOptions { SizeLimit = MostKept });

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

    /// <summary>The key of a visitor, a new one where none is known that still has time and money; null when he or his
    /// organisation has too many.</summary>
    public async Task<(string Text, DateTimeOffset Expires)?> MakeAsync(HttpContext context)
    {
        var me = PortalVisitor.Of(context)!;
        var place = (me.OrganizationId, me.PersonId);
        if (_kept.Get<Kept>(place) is { } kept && await IsGoodAsync(me.OrganizationId, kept, context.RequestAborted))
        {
            return (kept.Text, kept.Expires);
        }

        var expires = time.GetUtcNow() + Life;
        var email = me.Email.Length <= MaxEmail ? me.Email : me.Email[..MaxEmail];
        var settings = new KeySettings(
            KeyStore.PlaygroundPrefix + email, KeyScopesText.Default, null, new(Cap, BudgetPeriod.Total), default,
            expires);
        var project = await projects.DefaultAsync(me.OrganizationId);
        if (await keys.CreateAsync(project, settings, me.ActorOf(context), MostOfOne) is not { } made)
        {
            return null;
        }

        _kept.Set(place, new Kept(new(made.Row.Id), made.Text, expires), new MemoryCacheEntryOptions
        {
            Size = 1,
            AbsoluteExpirationRelativeToNow = Life,
        });
        return (made.Text, expires);
    }

    public void Dispose() => _kept.Dispose();

    // Not one that was revoked, is soon over, or has spent half of its money.
    private async Task<bool> IsGoodAsync(OrgId org, Kept kept, CancellationToken cancellationToken) =>
        kept.Expires - time.GetUtcNow() > LeastLeft
        && await keys.FindAsync(org, kept.Id) is not null
        && (await statements.SpentByKeyAsync(kept.Id, cancellationToken)).Value <= Cap.Value / 2;

    private sealed record Kept(KeyId Id, string Text, DateTimeOffset Expires);
}
