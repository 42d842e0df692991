using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Why a choice ended.</summary>
internal enum FinishReason
{
    Stop,
    Length,
    ToolCalls,
    ContentFilter,
    FunctionCall,
}

/// <summary>The finish reasons of OpenAI's API reference and their text.</summary>
internal static class FinishReasons
{
    private static readonly byte[][] Utf8 =
        [.. Enum.GetValues<FinishReason>().Select(reason => System.Text.Encoding.UTF8.GetBytes(ToText(reason)))];

    internal static string ToText(FinishReason reason) => reason switch
    {
        FinishReason.Stop => "stop",
        FinishReason.Length => "length",
        FinishReason.ToolCalls => "tool_calls",
        FinishReason.ContentFilter => "content_filter",
        FinishReason.FunctionCall => "function_call",
    };

    /// <summary>Reads a finish reason or null; false for anything else, which no client would understand.</summary>
    internal static bool TryRead(ref Utf8JsonReader reader, out FinishReason? reason)
    {
        reason = null;
        if (reader.TokenType == JsonTokenType.Null)
        {
            return true;
        }

        for (var i = 0; reader.TokenType == JsonTokenType.String && i < Utf8.Length; i++)
        {
            if (reader.ValueTextEquals(Utf8[i]))
            {
                reason = (FinishReason)i;
                return true;
            }
        }

        return false;
    }
}
