using System.Runtime.InteropServices;
using System.Text.Json;
using Gateway.Core;

namespace Gateway.Api.Chat;

/// <summary>Names a conversation by its beginning, everything up to its first user message: that part every later turn
/// sends again. The name holds in this process only, and nothing of the text can be read from it.</summary>
internal static class ConversationPrefix
{
    private const int MostBytes = 4096;
    private const int MostMessages = 8;

    /// <summary>The name as one organisation's own: what another one sent must not show in where this one's text
    /// goes.</summary>
    public static ulong Of(OrgId org, ulong prefix) =>
        prefix == 0 ? 0 : (unchecked((ulong)(uint)HashCode.Combine(org, prefix)) << 1) | 1;

    public static ulong Of(JsonElement messages)
    {
        var hash = default(HashCode);
        var left = MostBytes;
        foreach (var message in messages.EnumerateArray().Take(MostMessages))
        {
            var bytes = JsonMarshal.GetRawUtf8Value(message);
            bytes = bytes[..Math.Min(bytes.Length, left)];
            hash.AddBytes(bytes);
            left -= bytes.Length;
            if (message.TryGetProperty("role"u8, out var role) && role.ValueEquals("user"u8))
            {
                break;
            }
        }

        return (unchecked((ulong)(uint)hash.ToHashCode()) << 1) | 1;
    }
}
