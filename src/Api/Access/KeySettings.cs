using System.Text.Json.Nodes;
using Gateway.Api.Limits;

namespace Gateway.Api.Access;

/// <summary>What an API key may do and how much of it.</summary>
internal sealed record KeySettings(
    string Name,
    KeyScopes Scopes,
    IReadOnlyList<string>? Models,
    SpendLimit? SpendLimit,
    Quota Quota,
    DateTimeOffset? ExpiresAt)
{
    /// <summary>Networks it is accepted from; null: any.</summary>
    public IReadOnlyList<string>? Addresses { get; init; }

    /// <summary>The object <c>routing</c> that holds where a request says nothing itself; null: none.</summary>
    public string? Routing { get; init; }

    private const char Separator = ' ';

    public static KeySettings Of(ApiKeyRow row) => new(
        row.Label,
        KeyScopesText.Parse(row.Scopes),
        row.Models?.Split(Separator),
        Access.SpendLimit.From(row.SpendNusd, row.SpendPeriod),
        new(row.Rpm, row.Tpm, row.Rpd, row.Concurrent),
        row.ExpiresAt is { } expires ? DateTimeOffset.FromUnixTimeMilliseconds(expires) : null)
    {
        Addresses = row.Addresses?.Split(Separator),
        Routing = row.Routing,
    };

    /// <summary>What the audit log keeps of them.</summary>
    public JsonObject ToAudit() => new()
    {
        ["name"] = Name,
        ["scopes"] = Scopes.ToText(),
        ["models"] = Models is null ? null : string.Join(Separator, Models),
        ["spend_nusd"] = SpendLimit?.Cap.Value,
        ["spend_interval"] = SpendLimit is { } limit ? Access.SpendLimit.ToText(limit.Period) : null,
        ["rpm"] = Quota.RequestsPerMinute,
        ["tpm"] = Quota.TokensPerMinute,
        ["rpd"] = Quota.RequestsPerDay,
        ["max_concurrent_requests"] = Quota.Concurrent,
        ["expires_at"] = ExpiresAt?.ToUnixTimeSeconds(),
        ["addresses"] = Addresses is null ? null : string.Join(Separator, Addresses),
        ["routing"] = Routing is null ? null : JsonNode.Parse(Routing),
    };

    public void ApplyTo(ApiKeyRow row)
    {
        row.Label = Name;
        row.Scopes = Scopes.ToText();
        row.Models = Models is null ? null : string.Join(Separator, Models);
        row.SpendNusd = SpendLimit?.Cap.Value;
        row.SpendPeriod = SpendLimit is { } limit ? Access.SpendLimit.ToText(limit.Period) : null;
        row.Rpm = Quota.RequestsPerMinute;
        row.Tpm = Quota.TokensPerMinute;
        row.Rpd = Quota.RequestsPerDay;
        row.Concurrent = Quota.Concurrent;
        row.Addresses = Addresses is null ? null : string.Join(Separator, Addresses);
        row.Routing = Routing;
        row.ExpiresAt = ExpiresAt?.ToUnixTimeMilliseconds();
    }
}
