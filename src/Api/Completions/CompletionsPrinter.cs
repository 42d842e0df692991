using System.Text.Json;
using Gateway.Api.Chat.Shapes;
using Gateway.Core;

namespace Gateway.Api.Completions;

/// <summary>Prints answers as completions: text instead of messages, and no named events.</summary>
/// <param name="request">Names the answer.</param>
/// <param name="echoes">What the choices of each prompt begin with, where that was asked for: the prompts.</param>
internal sealed class CompletionsPrinter(RequestId request, IReadOnlyList<string> echoes) : TranslatingPrinter
{
    private readonly Dictionary<int, int> _lengths = [];

    /// <summary>How many choices experts give to each prompt.</summary>
    public int OfEach { get; init; } = 1;

    /// <summary>How many of each prompt's choices are given: those that their expert thinks likeliest, by the mean of
    /// their tokens' log probabilities. Null: all.</summary>
    public int? Best { get; init; }

    /// <summary>Whether log probabilities were asked for only to rank by.</summary>
    public bool HidesLogprobs { get; init; }

    protected override void PrintAnswer(JsonElement completion, Utf8JsonWriter writer) =>
        Write(writer, completion, "message");

    protected override void PrintChunk(JsonElement chunk) => Send(null, writer => Write(writer, chunk, "delta"));

    // Without the end mark: nobody may take it for an answer.
    protected override void PrintError(JsonElement error) => Send(null, writer =>
    {
        writer.WriteStartObject();
        writer.WritePropertyName("error"u8);
        error.WriteTo(writer);
        writer.WriteEndObject();
    });

    protected override void PrintDone() => SendDone();

    private void Write(Utf8JsonWriter writer, JsonElement answer, string member)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, $"cmpl-{request.Value:N}");
        writer.WriteString("object"u8, "text_completion"u8);
        Copy(writer, answer, "created"u8);
        Copy(writer, answer, "model"u8);
        writer.WriteStartArray("choices"u8);
        foreach (var (place, choice) in Chosen(answer.GetProperty("choices"u8)).Index())
        {
            WriteChoice(writer, choice, choice.GetProperty(member), Best is null ? IndexOf(choice) : place);
        }

        writer.WriteEndArray();
        Copy(writer, answer, "usage"u8);
        Copy(writer, answer, "x_gateway"u8);
        writer.WriteEndObject();
    }

    private IEnumerable<JsonElement> Chosen(JsonElement choices) => Best is { } most
        ? choices.EnumerateArray().GroupBy(PromptOf).OrderBy(static prompt => prompt.Key).SelectMany(
            prompt => prompt.OrderByDescending(MeanOf).ThenBy(IndexOf).Take(most))
        : choices.EnumerateArray();

    private int PromptOf(JsonElement choice) => IndexOf(choice) / OfEach;

    private static int IndexOf(JsonElement choice) => choice.GetProperty("index"u8).GetInt32();

    private static double MeanOf(JsonElement choice)
    {
        double[] all =
        [
            .. TokensOf(choice)
                .Where(static token => token.TryGetProperty("logprob"u8, out var one)
                    && one.ValueKind == JsonValueKind.Number)
                .Select(static token => token.GetProperty("logprob"u8).GetDouble()),
        ];
        return all.Length > 0 ? all.Average() : double.NegativeInfinity;
    }

    private static JsonElement[] TokensOf(JsonElement choice) =>
        choice.TryGetProperty("logprobs"u8, out var logprobs) && logprobs.ValueKind == JsonValueKind.Object
            && logprobs.TryGetProperty("content"u8, out var content) && content.ValueKind == JsonValueKind.Array
                ? [.. content.EnumerateArray()]
                : [];

    private void WriteChoice(Utf8JsonWriter writer, JsonElement choice, JsonElement message, int index)
    {
        var echo = echoes.Count > 0 ? echoes[PromptOf(choice)] : "";
        var begins = _lengths.TryAdd(index, echo.Length);
        var text = Text(message, "content"u8) ?? Text(message, "refusal"u8) ?? "";
        writer.WriteStartObject();
        writer.WriteString("text"u8, begins ? echo + text : text);
        writer.WriteNumber("index"u8, index);
        writer.WritePropertyName("logprobs"u8);
        WriteLogprobs(writer, choice, index);
        writer.WriteString("finish_reason"u8, Text(choice, "finish_reason"u8));
        writer.WriteEndObject();
        _lengths[index] += text.Length;
    }

    // Four lists of equal length instead of a list of tokens.
    private void WriteLogprobs(Utf8JsonWriter writer, JsonElement choice, int index)
    {
        var tokens = TokensOf(choice);
        if (HidesLogprobs || tokens.Length == 0)
        {
            writer.WriteNullValue();
            return;
        }

        writer.WriteStartObject();
        WriteList(writer, "tokens", tokens, token => Copy(writer, token, "token"));
        WriteList(writer, "token_logprobs", tokens, token => Copy(writer, token, "logprob"));
        WriteList(writer, "top_logprobs", tokens, token => WriteTop(writer, token));
        var offset = _lengths[index];
        WriteList(writer, "text_offset", tokens, token =>
        {
            writer.WriteNumberValue(offset);
            offset += Text(token, "token"u8)?.Length ?? 0;
        });
        writer.WriteEndObject();
    }

    private static void WriteList(
        Utf8JsonWriter writer, string name, JsonElement[] tokens, Action<JsonElement> write)
    {
        writer.WriteStartArray(name);
        Array.ForEach(tokens, write);
        writer.WriteEndArray();
    }

    private static void Copy(Utf8JsonWriter writer, JsonElement token, string name)
    {
        if (token.TryGetProperty(name, out var value))
        {
            value.WriteTo(writer);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private static void WriteTop(Utf8JsonWriter writer, JsonElement token)
    {
        writer.WriteStartObject();
        if (token.TryGetProperty("top_logprobs"u8, out var top) && top.ValueKind == JsonValueKind.Array)
        {
            // A name may stand only once in an object; a token with two spellings keeps its likelier one.
            foreach (var one in top.EnumerateArray().DistinctBy(one => Text(one, "token"u8)))
            {
                writer.WritePropertyName(Text(one, "token"u8) ?? "");
                Copy(writer, one, "logprob");
            }
        }

        writer.WriteEndObject();
    }
}
