using System.Text;
using System.Text.Json;

namespace Gateway.Api.Chat;

/// <summary>The text of the caller's last turn, read only where a strategy needs to know what is asked.</summary>
internal static class LastWords
{
    private const int Most = 4000;

    /// <param name="messages">Checked by <see cref="MessagesReader"/>.</param>
    public static string Of(JsonElement messages)
    {
        var content = UserTurns.LastOf(messages);
        if (content.ValueKind == JsonValueKind.String)
        {
            return content.GetString()!;
        }

        var text = new StringBuilder();
        foreach (var part in content.ValueKind == JsonValueKind.Array ? content.EnumerateArray() : default)
        {
            if (part.TryGetProperty("text"u8, out var words) && text.Length < Most)
            {
                text.Append(words.GetString());
            }
        }

        return text.ToString();
    }
}
