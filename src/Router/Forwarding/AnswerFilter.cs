using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Cuts out of an upstream's JSON, chunk by chunk or whole, what the caller did not want: text from a stop
/// text on, and function calls beyond the first. It comes before parser and meter, so nothing cut is counted; the
/// upstream's own figure of output is left out from then on, since it covers what was cut.</summary>
internal sealed class AnswerFilter : IDisposable
{
    private readonly AnswerRules _rules;
    private readonly PooledBuffer _output = new();
    private readonly Dictionary<int, Track> _tracks = [];
    private bool _hasCut;

    private AnswerFilter(AnswerRules rules) => _rules = rules;

    /// <summary>Whether a stop text has ended a choice: what an upstream still says of it is not wanted.</summary>
    internal bool HasStopped { get; private set; }

    /// <summary>The stop text that ended a choice; null when none did, or when nobody asks.</summary>
    internal string? StopOf(int index) =>
        _rules.TellsStop && _tracks.TryGetValue(index, out var track) ? track.Text.Met : null;

    public void Dispose() => _output.Dispose();

    /// <summary>The filter that rules need; null when they need none.</summary>
    internal static AnswerFilter? For(AnswerRules rules) =>
        rules.Stops.Count > 0 || rules.HasOneToolCall ? new(rules) : null;

    /// <summary>Gives what of a JSON text is handed on, valid until the next call.</summary>
    /// <exception cref="JsonException">It is malformed.</exception>
    internal ReadOnlySpan<byte> Apply(ReadOnlySpan<byte> json)
    {
        using var document = JsonDocument.Parse(json.ToArray());
        if (document.RootElement.ValueKind != JsonValueKind.Object)
        {
            return json;
        }

        _output.Clear();
        using var writer = new Utf8JsonWriter(_output, ChunkFrames.WriterOptions);
        Write(document.RootElement, writer);
        writer.Flush();
        return _output.Written;
    }

    private void Write(JsonElement root, Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var member in root.EnumerateObject().Where(static member => !member.NameEquals("usage"u8)))
        {
            writer.WritePropertyName(member.Name);
            if (member.NameEquals("choices"u8) && member.Value.ValueKind == JsonValueKind.Array)
            {
                WriteChoices(member.Value, writer);
            }
            else
            {
                member.Value.WriteTo(writer);
            }
        }

        // Last, when it is known whether it covers what was cut.
        foreach (var usage in root.EnumerateObject().Where(static member => member.NameEquals("usage"u8)))
        {
            writer.WritePropertyName("usage"u8);
            WriteUsage(usage.Value, writer);
        }

        writer.WriteEndObject();
    }

    private void WriteUsage(JsonElement usage, Utf8JsonWriter writer)
    {
        if (!_hasCut || usage.ValueKind != JsonValueKind.Object)
        {
            usage.WriteTo(writer);
            return;
        }

        writer.WriteStartObject();
        foreach (var member in usage.EnumerateObject())
        {
            if (!member.Name.StartsWith("completion_tokens", StringComparison.Ordinal))
            {
                member.WriteTo(writer);
            }
        }

        writer.WriteEndObject();
    }

    private void WriteChoices(JsonElement choices, Utf8JsonWriter writer)
    {
        writer.WriteStartArray();
        foreach (var choice in choices.EnumerateArray())
        {
            if (choice.ValueKind == JsonValueKind.Object)
            {
                WriteChoice(choice, writer);
            }
            else
            {
                choice.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
    }

    private void WriteChoice(JsonElement choice, Utf8JsonWriter writer)
    {
        var track = TrackOf(choice);
        var (held, wasStopped) = (track.Text.Held.Length, track.Text.IsStopped);
        var finish = choice.TryGetProperty("finish_reason"u8, out var reason)
            && reason.ValueKind == JsonValueKind.String;
        var given = 0;
        writer.WriteStartObject();
        foreach (var member in choice.EnumerateObject())
        {
            if (member.NameEquals("delta"u8) || member.NameEquals("message"u8))
            {
                var isWhole = member.NameEquals("message"u8);
                writer.WritePropertyName(member.Name);
                given = WriteMessage(member.Value, track, new(isWhole, finish || isWhole), writer);
            }
            else if (!member.NameEquals("finish_reason"u8) && !member.NameEquals("logprobs"u8))
            {
                member.WriteTo(writer);
            }
        }

        if (finish && track.Text.Held.Length > 0)
        {
            writer.WriteStartObject("delta"u8);
            writer.WriteString("content"u8, track.Text.Take("", isLast: true));
            writer.WriteEndObject();
        }

        var stopsNow = track.Text.IsStopped && !wasStopped;
        (HasStopped, _hasCut) = (HasStopped || stopsNow, _hasCut || stopsNow);
        WriteLogprobs(choice, stopsNow ? Math.Max(0, given - held) : null, writer);
        if (stopsNow)
        {
            writer.WriteString("finish_reason"u8, "stop"u8);
        }
        else if (reason.ValueKind != JsonValueKind.Undefined)
        {
            writer.WritePropertyName("finish_reason"u8);
            reason.WriteTo(writer);
        }

        writer.WriteEndObject();
    }

    // Returns the letters of content that were written.
    private int WriteMessage(JsonElement message, Track track, Place place, Utf8JsonWriter writer)
    {
        if (message.ValueKind != JsonValueKind.Object)
        {
            message.WriteTo(writer);
            return 0;
        }

        var given = "";
        writer.WriteStartObject();
        foreach (var member in message.EnumerateObject())
        {
            if (member.NameEquals("content"u8) && member.Value.ValueKind == JsonValueKind.String)
            {
                given = track.Text.Take(member.Value.GetString()!, place.IsLast);
                writer.WriteString("content"u8, given);
            }
            else if (member.NameEquals("tool_calls"u8) && member.Value.ValueKind == JsonValueKind.Array
                && _rules.HasOneToolCall)
            {
                WriteFirstCall(member.Value, track, place, writer);
            }
            else
            {
                member.WriteTo(writer);
            }
        }

        if (place.IsLast && track.Text.Held.Length > 0)
        {
            given = track.Text.Take("", isLast: true);
            writer.WriteString("content"u8, given);
        }

        writer.WriteEndObject();
        return given.Length;
    }

    private void WriteFirstCall(JsonElement calls, Track track, Place place, Utf8JsonWriter writer)
    {
        writer.WriteStartArray("tool_calls"u8);
        var number = 0;
        foreach (var call in calls.EnumerateArray())
        {
            var isFirst = place.IsWhole ? number == 0 : track.IsFirst(call);
            _hasCut |= !isFirst;
            number++;
            if (isFirst)
            {
                call.WriteTo(writer);
            }
        }

        writer.WriteEndArray();
    }

    // Of a choice that ends here, the tokens that lie before the end.
    private static void WriteLogprobs(JsonElement choice, int? letters, Utf8JsonWriter writer)
    {
        if (!choice.TryGetProperty("logprobs"u8, out var logprobs))
        {
            return;
        }

        writer.WritePropertyName("logprobs"u8);
        if (letters is not { } most || logprobs.ValueKind != JsonValueKind.Object
            || !logprobs.TryGetProperty("content"u8, out var tokens) || tokens.ValueKind != JsonValueKind.Array)
        {
            logprobs.WriteTo(writer);
            return;
        }

        var end = 0;
        writer.WriteStartObject();
        writer.WriteStartArray("content"u8);
        foreach (var token in tokens.EnumerateArray().TakeWhile(token => (end += LengthOf(token)) <= most))
        {
            token.WriteTo(writer);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static int LengthOf(JsonElement token) =>
        token.ValueKind == JsonValueKind.Object && token.TryGetProperty("token"u8, out var text)
            && text.ValueKind == JsonValueKind.String
                ? text.GetString()!.Length
                : 0;

    private Track TrackOf(JsonElement choice)
    {
        var index = choice.TryGetProperty("index"u8, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) ? number : 0;
        if (!_tracks.TryGetValue(index, out var track))
        {
            // Nobody asks for more choices than that; who sends them is no good upstream, and is found out later.
            track = new(_rules.Stops);
            if (_tracks.Count < ChoiceTable.MaxChoices)
            {
                _tracks.Add(index, track);
            }
        }

        return track;
    }

    private readonly record struct Place(bool IsWhole, bool IsLast);

    /// <summary>One choice as far as it came.</summary>
    private sealed class Track(IReadOnlyList<string> stops)
    {
        private string? _call;
        private bool _isBeyond;

        internal StopCutter Text { get; } = new(stops);

        // Some servers number calls, some only name them: a new name under the old number is another call too.
        internal bool IsFirst(JsonElement call)
        {
            if (call.ValueKind != JsonValueKind.Object)
            {
                return true;
            }

            if (call.TryGetProperty("index"u8, out var index) && index.ValueKind == JsonValueKind.Number
                && !(index.TryGetInt32(out var number) && number == 0))
            {
                return false;
            }

            if (call.TryGetProperty("id"u8, out var id) && id.ValueKind == JsonValueKind.String
                && id.GetString() is { Length: > 0 } name)
            {
                _call ??= name;
                _isBeyond = name != _call;
            }

            return !_isBeyond;
        }
    }
}
