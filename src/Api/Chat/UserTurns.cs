using System.Text.Json;

namespace Gateway.Api.Chat;

/// <summary>Finds what a user said last.</summary>
internal static class UserTurns
{
    /// <summary>The content of the last user turn of messages that were checked; undefined when no user says a
    /// word.</summary>
    public static JsonElement LastOf(JsonElement messages)
    {
        var last = default(JsonElement);
        foreach (var message in messages.EnumerateArray())
        {
            last = message.GetProperty("role"u8).ValueEquals("user"u8) ? message : last;
        }

        return last.ValueKind == JsonValueKind.Object && last.TryGetProperty("content"u8, out var content)
            ? content
            : default;
    }
}
