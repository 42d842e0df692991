using System.Globalization;
using System.Text.Json;

namespace Gateway.ChainBridge.Rpc;

/// <summary>Names of subscriptions, which nodes give as text or as numbers.</summary>
internal static class SubscriptionId
{
    public static string Read(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString()!,
        JsonTokenType.Number when reader.TryGetUInt64(out var number) =>
            number.ToString(CultureInfo.InvariantCulture),
        _ => throw new JsonException("A subscription is named by text or a number."),
    };
}
