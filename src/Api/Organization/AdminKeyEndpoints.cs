using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/admin_api_keys: for owners, since such a key may hand on all they may.</summary>
internal sealed class AdminKeyEndpoints(
    AdminKeyStore keys, KeyDirectory directory, BodyBudget budget, TimeProvider time)
{
    private const string Type = "organization.admin_api_key";
    private const int MaxName = 100;
    private const long MillisPerSecond = 1000;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await keys.ListAsync(context.Caller().Org, Paging.AfterKey(context.Request), limit);
        await Paging.WriteAsync(
            context, rows, limit, row => new KeyId(row.Id).ToString(), (writer, row) => Write(writer, row));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await keys.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoKey();
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "name", "scopes", "expires_at");
        var name = body.RequireName("name", MaxName);
        var scopes = KeyJson.ReadScopes(
            body, AdminScopesText.One, AdminScopesText.Allowed, (all, one) => all | one) ?? AdminScopesText.All;
        var expires = KeyJson.ReadExpiry(body, time.GetUtcNow());
        var (row, text) = await keys.CreateAsync(context.Caller().Org, name, scopes, expires, context.Actor())
            ?? throw AdminErrors.Conflict($"An organisation has at most {AdminKeyStore.MaxKeys} admin keys.");
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row, text));
    }

    public async Task RevokeAsync(HttpContext context)
    {
        var (org, id) = (context.Caller().Org, IdOf(context));
        if (!await keys.RevokeAsync(org, id, context.Actor()))
        {
            throw NoKey();
        }

        directory.Refresh(org);
        await DeletedJson.WriteAsync(context, Type, id.ToString());
    }

    private static KeyId IdOf(HttpContext context) =>
        KeyId.TryParse((string?)context.Request.RouteValues["key"], out var id) ? id : throw NoKey();

    private static RefusedException NoKey() => AdminErrors.NotFound("admin API key");

    private static void Write(Utf8JsonWriter writer, ApiKeyRow row, string? text = null)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, Type);
        writer.WriteString("id"u8, new KeyId(row.Id).ToString());
        writer.WriteString("name"u8, row.Label);
        writer.WriteString("redacted_value"u8, $"{ApiKey.AdminPrefix}...{row.Last4}");
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        KeyJson.Optional(writer, "expires_at", row.ExpiresAt / MillisPerSecond);
        KeyJson.WriteList(writer, "scopes", AdminScopesText.Parse(row.Scopes).ToNames());
        if (text is not null)
        {
            writer.WriteString("value"u8, text);
        }

        writer.WriteEndObject();
    }
}
