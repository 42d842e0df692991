using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gateway.Router.Forwarding;

/// <summary>Writes the body an upstream gets: the caller's members byte for byte, without those that concern only the
/// gateway or identify anybody, and with ours. The caller's JSON has been checked at the edge.</summary>
internal static class UpstreamBody
{
    private const string MaxTokens = "max_tokens";
    private const string MaxCompletionTokens = "max_completion_tokens";
    private const string PromptCachePrefix = "prompt_cache_";

    private const int SpaceForOurs = 256;

    // Longer names match nothing but the prefix.
    private const int UsualName = 128;

    // The model, the choices and the limits are ours to set; the others are for the gateway alone (the routing object,
    // the price cap), would identify the caller (user, metadata, safety_identifier), or ask for a vendor's own service.
    // Case is ignored, since some servers do (Go: encoding/json/decode.go, fold.go).
    private static readonly HashSet<string> DroppedNames = new(StringComparer.OrdinalIgnoreCase)
    {
        "user", "metadata", "safety_identifier", "routing", "max_cost", "store", "service_tier", "prediction",
        "verbosity", "models", "reasoning", "stream", "stream_options", "model", "n", MaxTokens, MaxCompletionTokens,
    };

    private static readonly HashSet<string>.AlternateLookup<ReadOnlySpan<char>> Dropped =
        DroppedNames.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>Appends the body for one upstream.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="chat">The request.</param>
    /// <param name="upstream">For whom.</param>
    /// <param name="outputLimit">The most output tokens the allowance ever delivers for each choice.</param>
    internal static void Write(PooledBuffer output, ChatDispatch chat, Upstream upstream, long outputLimit)
    {
        if (chat.Task?.Boundary is { } boundary)
        {
            output.Append(chat.Body.Span);
            AppendModel(output, boundary, upstream.Model.Value);
            return;
        }

        var tells = chat.Rules.MustFit && (upstream.Features & Features.Json) == 0;
        var usesCompletionName = CopyMembers(output, chat, tells ? JsonInstruction.MessageOf(chat.Body) : []);
        Append(output, "\"model\":");
        Append(output, JsonValue.Create(upstream.Model.Value).ToJsonString());
        if (chat.Task is not null)
        {
            output.Append((byte)'}');
            return;
        }

        if (chat.Rules.Effort is { } effort)
        {
            Append(output, $",\"reasoning_effort\":{JsonValue.Create(effort).ToJsonString()}");
        }

        if (chat.Choices > 1)
        {
            Append(output, string.Create(CultureInfo.InvariantCulture, $",\"n\":{chat.Choices}"));
        }

        // Never left out: a server that finds another spelling of it must not go by that one.
        output.Append(chat.Stream
            ? ",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"continuous_usage_stats\":true}"u8
            : ",\"stream\":false"u8);

        if (TokenLimit(chat, upstream, outputLimit) is { } limit)
        {
            var name = usesCompletionName ? MaxCompletionTokens : MaxTokens;
            Append(output, string.Create(CultureInfo.InvariantCulture, $",\"{name}\":{limit}"));
        }

        output.Append((byte)'}');
    }

    private static long? TokenLimit(ChatDispatch chat, Upstream upstream, long outputLimit)
    {
        var limit = Math.Min(outputLimit, upstream.OutputTokensLimit);
        if (chat.MaxTokens is { } asked)
        {
            return Math.Min(asked, limit);
        }

        return chat.Stream && limit == upstream.OutputTokensLimit ? null : limit;
    }

    // Names are printable ASCII, so nothing in one can end its part.
    private static void AppendModel(PooledBuffer output, string boundary, string model) => Append(
        output,
        $"--{boundary}\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n{model}\r\n--{boundary}--\r\n");

    // True: the caller names his limit in the new way. An instruction goes before the messages, in the place of
    // what it says.
    private static bool CopyMembers(PooledBuffer output, ChatDispatch chat, ReadOnlySpan<byte> instruction)
    {
        var usesCompletionName = false;
        var body = chat.Body.Span;
        var reader = new Utf8JsonReader(body);
        reader.Read();
        // What is added is short, so that it need not grow.
        output.GetSpan(body.Length + SpaceForOurs);
        output.Append((byte)'{');
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var start = (int)reader.TokenStartIndex;
            // How many images a task wants is its own business; the edge has bounded it.
            var isDropped = (IsDropped(ref reader) && !(chat.Task is not null && reader.ValueTextEquals("n"u8)))
                || (instruction.Length > 0 && reader.ValueTextEquals("response_format"u8))
                || (chat.Rules.TellsStop && reader.ValueTextEquals("stop"u8));
            var isInstructed = instruction.Length > 0 && reader.ValueTextEquals("messages"u8);
            var isCompletionName = reader.ValueTextEquals(MaxCompletionTokens);
            reader.Read();
            usesCompletionName |= isCompletionName && reader.TokenType == JsonTokenType.Number;
            if (isInstructed)
            {
                output.Append(body[start..(int)reader.BytesConsumed]);
                output.Append(instruction);
                output.Append((byte)',');
                start = (int)reader.BytesConsumed;
            }

            reader.Skip();
            if (!isDropped)
            {
                output.Append(body[start..(int)reader.BytesConsumed]);
                output.Append((byte)',');
            }
        }

        return usesCompletionName;
    }

    private static bool IsDropped(ref Utf8JsonReader reader)
    {
        var length = reader.ValueSpan.Length;
        var name = length <= UsualName ? stackalloc char[UsualName] : new char[length];
        name = name[..reader.CopyString(name)];
        // The two letters outside ASCII that such servers take for one inside: the long s and the Kelvin sign.
        name.Replace('\u017f', 's');
        name.Replace('\u212a', 'k');
        return Dropped.Contains(name)
            || ((ReadOnlySpan<char>)name).StartsWith(PromptCachePrefix, StringComparison.OrdinalIgnoreCase);
    }

    private static void Append(PooledBuffer output, string text) =>
        output.Advance(Encoding.UTF8.GetBytes(text, output.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length))));
}
