using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Gateway.Router.Combining;

/// <summary>The request an editor gets: the caller's own, with the draft as the assistant's turn and behind it what to
/// do with it.</summary>
internal static class EditBody
{
    private const string Instruction =
        "Revise your answer above where that makes it better: its wording, its language, its comments, what is "
        + "missing. Change nothing of a program but its comments. Reply with the whole revised answer and nothing "
        + "else. If it is good as it is, repeat it.";

    /// <param name="body">The caller's JSON, checked at the edge: one array of messages, not empty.</param>
    /// <param name="draft">The first expert's answer.</param>
    internal static byte[] Of(ReadOnlySpan<byte> body, string draft)
    {
        var end = EndOfMessages(body);
        var turns = new ArrayBufferWriter<byte>(body.Length + draft.Length + Instruction.Length);
        turns.Write(body[..end]);
        WriteTurn(turns, "assistant", draft);
        WriteTurn(turns, "user", Instruction);
        turns.Write(body[end..]);
        return turns.WrittenSpan.ToArray();
    }

    // Where the array's closing bracket stands.
    private static int EndOfMessages(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isMessages = reader.ValueTextEquals("messages"u8);
            reader.Read();
            reader.Skip();
            if (isMessages)
            {
                return (int)reader.BytesConsumed - 1;
            }
        }

        throw new InvalidOperationException("A chat request has messages.");
    }

    private static void WriteTurn(ArrayBufferWriter<byte> output, string role, string text)
    {
        output.Write(Encoding.UTF8.GetBytes(
            $",{{\"role\":\"{role}\",\"content\":{JsonSerializer.Serialize(text)}}}"));
    }
}
