using System.Net;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>An API key's settings in JSON.</summary>
internal static class KeyJson
{
    private const int MaxName = 100;
    private const int MaxModels = 100;
    private const int MaxScope = 32;
    private const int MaxAddresses = 100;
    private const long MillisPerSecond = 1000;

    // The end of the year 9999, beyond which no date type goes.
    private const long LastSecond = 253_402_300_799;

    /// <summary>The members that making and changing a key take.</summary>
    public static readonly string[] Names =
    [
        "name", "scopes", "models", "spend_limit", "rpm", "tpm", "rpd", "max_concurrent_requests", "expires_at",
        "addresses", "routing",
    ];

    public static KeySettings ReadNew(AdminBody body, DateTimeOffset now) => ReadChange(body, now)(
        new(body.RequireName("name", MaxName), KeyScopesText.Default, null, null, default, null));

    /// <summary>Reads a change: an absent member stays as it was, and null takes a limit away.</summary>
    public static Func<KeySettings, KeySettings> ReadChange(AdminBody body, DateTimeOffset now)
    {
        var name = body.OptionalName("name", MaxName);
        var scopes = ReadScopes(body, KeyScopesText.One, KeyScopesText.Allowed, (all, one) => all | one);
        var models = body.Find("models") is { } listed ? ReadModels(listed, "models") : null;
        var addresses = body.Find("addresses") is { } networks ? ReadAddresses(networks) : null;
        var spend = body.Find("spend_limit") is { } limit
            ? SpendLimitJson.Read(limit, "spend_limit")
            : (SpendLimit?)null;
        var expires = ReadExpiry(body, now);
        var (routing, hasRouting) = (ReadRouting(body), body.Has("routing"));
        var (rpm, tpm) = (QuotaJson.Read(body, "rpm"), QuotaJson.Read(body, "tpm"));
        var (rpd, open) = (QuotaJson.Read(body, "rpd"), QuotaJson.Read(body, "max_concurrent_requests"));
        var (hasModels, hasSpend, hasExpiry) = (body.Has("models"), body.Has("spend_limit"), body.Has("expires_at"));
        var hasAddresses = body.Has("addresses");
        return old => new(
            name ?? old.Name,
            scopes ?? old.Scopes,
            hasModels ? models : old.Models,
            hasSpend ? spend : old.SpendLimit,
            new(
                rpm.Or(old.Quota.RequestsPerMinute), tpm.Or(old.Quota.TokensPerMinute),
                rpd.Or(old.Quota.RequestsPerDay), open.Or(old.Quota.Concurrent)),
            hasExpiry ? expires : old.ExpiresAt)
        {
            Addresses = hasAddresses ? addresses : old.Addresses,
            Routing = hasRouting ? routing : old.Routing,
        };
    }

    private static string? ReadRouting(AdminBody body)
    {
        if (body.Find("routing") is not { } routing)
        {
            return null;
        }

        _ = RouteWishReader.Read(routing);
        var text = routing.GetRawText();
        return text.Length <= RouteWishReader.MaxStored
            ? text
            : throw FieldReader.OutOfRange("routing", $"at most {RouteWishReader.MaxStored} characters");
    }

    /// <summary>Writes a key, with its text only when it was made just now.</summary>
    public static void Write(Utf8JsonWriter writer, ApiKeyRow row, string? text = null)
    {
        var settings = KeySettings.Of(row);
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.project.api_key"u8);
        writer.WriteString("id"u8, new KeyId(row.Id).ToString());
        writer.WriteString("name"u8, settings.Name);
        writer.WriteString("redacted_value"u8, $"{ApiKey.Prefix}...{row.Last4}");
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        Optional(writer, "expires_at", row.ExpiresAt / MillisPerSecond);
        WriteList(writer, "scopes", settings.Scopes.ToNames());
        WriteList(writer, "models", settings.Models);
        WriteList(writer, "addresses", settings.Addresses);
        if (row.ServiceAccount is { } account)
        {
            writer.WriteString("service_account"u8, ObjectIds.ServiceAccount(account));
        }

        WriteSpendLimit(writer, settings.SpendLimit);
        writer.WritePropertyName("routing"u8);
        writer.WriteRawValue(settings.Routing ?? "null");
        Optional(writer, "rpm", settings.Quota.RequestsPerMinute);
        Optional(writer, "tpm", settings.Quota.TokensPerMinute);
        Optional(writer, "rpd", settings.Quota.RequestsPerDay);
        Optional(writer, "max_concurrent_requests", settings.Quota.Concurrent);
        if (text is not null)
        {
            writer.WriteString("value"u8, text);
        }

        writer.WriteEndObject();
    }

    /// <summary>Writes the member <c>spend_limit</c>.</summary>
    public static void WriteSpendLimit(Utf8JsonWriter writer, SpendLimit? limit)
    {
        if (limit is not { } given)
        {
            writer.WriteNull("spend_limit"u8);
            return;
        }

        writer.WriteStartObject("spend_limit"u8);
        SpendLimitJson.Write(writer, given);
        writer.WriteEndObject();
    }

    /// <summary>Writes a number, or null.</summary>
    public static void Optional(Utf8JsonWriter writer, string name, long? value)
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

    /// <summary>Writes a list of texts, or null.</summary>
    public static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string>? texts)
    {
        if (texts is null)
        {
            writer.WriteNull(name);
            return;
        }

        writer.WriteStartArray(name);
        foreach (var text in texts)
        {
            writer.WriteStringValue(text);
        }

        writer.WriteEndArray();
    }

    /// <summary>Reads the member <c>scopes</c>; null when it is absent.</summary>
    public static T? ReadScopes<T>(AdminBody body, Func<string, T?> one, string allowed, Func<T, T, T> join)
        where T : struct, Enum => body.Find("scopes") is { } value
        ? Texts(value, "scopes", MaxScope, MaxScope)
            .Select(name => one(name) ?? throw FieldReader.OutOfRange("scopes", allowed))
            .Aggregate(join)
        : null;

    /// <summary>Reads a list of models.</summary>
    public static List<string> ReadModels(JsonElement value, string path)
    {
        var models = Texts(value, path, MaxModels, ModelId.MaxLength);
        return models.TrueForAll(model => ModelId.IsValid(model))
            ? models
            : throw FieldReader.OutOfRange(path, "ids from GET /v1/models, or auto");
    }

    // One address is the network of itself.
    private static List<string> ReadAddresses(JsonElement value)
    {
        const int Longest = 64;
        return Texts(value, "addresses", MaxAddresses, Longest).ConvertAll(text =>
            IPNetwork.TryParse(text, out var network)
                ? network.ToString()
                : IPAddress.TryParse(text, out var address)
                    ? new IPNetwork(address, address.GetAddressBytes().Length * 8).ToString()
                    : throw FieldReader.OutOfRange("addresses", "networks such as 203.0.113.0/24 or 2001:db8::/32"));
    }

    private static List<string> Texts(JsonElement value, string path, int most, int longest)
    {
        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType(path, "an array of strings");
        }

        return value.GetArrayLength() is >= 1 and var count && count <= most
            ? [.. value.EnumerateArray().Select(each => FieldReader.Text(each, path, longest)).Distinct()]
            : throw FieldReader.OutOfRange(path, $"1 to {most} entries");
    }

    /// <summary>Reads the member <c>expires_at</c>; null when it is absent or null.</summary>
    public static DateTimeOffset? ReadExpiry(AdminBody body, DateTimeOffset now)
    {
        if (body.Integer("expires_at", 0, LastSecond) is not { } seconds)
        {
            return null;
        }

        var at = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return at > now ? at : throw FieldReader.OutOfRange("expires_at", "Unix seconds in the future");
    }
}
