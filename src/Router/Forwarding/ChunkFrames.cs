using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gateway.Router.Forwarding;

/// <summary>Writes <c>chat.completion.chunk</c> objects as server-sent events. The parts equal in every chunk are
/// encoded once; only the choices go through the writer.</summary>
internal sealed class ChunkFrames : IDisposable
{
    // Text stays UTF-8 instead of turning into escapes; the answer is never inlined into HTML by us.
    internal static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly PooledBuffer _frame = new();
    private readonly byte[] _prefix;
    private readonly bool _includeUsage;

    internal ChunkFrames(AnswerHead head, bool includeUsage)
    {
        _prefix = Prefix(head);
        _includeUsage = includeUsage;
        Writer = new(_frame, WriterOptions);
    }

    /// <summary>Takes the array of choices between <see cref="Begin"/> and <see cref="End"/>.</summary>
    internal Utf8JsonWriter Writer { get; }

    /// <summary>The finished frame, until the next <see cref="Begin"/>.</summary>
    internal ReadOnlyMemory<byte> Frame => _frame.WrittenMemory;

    public void Dispose()
    {
        Writer.Dispose();
        _frame.Dispose();
    }

    internal void Begin()
    {
        Writer.Reset();
        Start();
        _frame.Append("data: "u8);
        _frame.Append(_prefix);
        Writer.WriteStartArray();
    }

    /// <summary>Begins a frame that is written without the writer.</summary>
    internal PooledBuffer Start()
    {
        _frame.Clear();
        return _frame;
    }

    /// <summary>Where in a frame the writer's first byte stands.</summary>
    internal int WriterAt => "data: "u8.Length + _prefix.Length;

    internal void End()
    {
        EndChoices();
        if (_includeUsage)
        {
            _frame.Append(",\"usage\":null"u8);
        }

        _frame.Append("}\n\n"u8);
    }

    /// <summary>Writes the chunk that ends one choice, with the stop text that did where it is told.</summary>
    internal void Finish(int index, FinishReason reason, bool begun, string? stop = null)
    {
        Begin();
        BeginChoice(index, withRole: !begun);
        if (!begun)
        {
            Writer.WriteString("content"u8, ""u8);
        }

        Writer.WriteEndObject();
        Writer.WriteNull("logprobs"u8);
        Writer.WriteString("finish_reason"u8, FinishReasons.ToText(reason));
        if (stop is not null)
        {
            Writer.WriteString("stop_sequence"u8, stop);
        }

        Writer.WriteEndObject();
        End();
    }

    /// <summary>Writes the chunk that carries the usage: without choices where the caller asked for usage, else with
    /// one empty choice, so that clients that read <c>choices[0].delta</c> of every chunk go on working.</summary>
    internal void Usage(Ending ending)
    {
        Begin();
        if (!_includeUsage)
        {
            BeginChoice(index: 0, withRole: false);
            Writer.WriteEndObject();
            Writer.WriteNull("logprobs"u8);
            Writer.WriteNull("finish_reason"u8);
            Writer.WriteEndObject();
        }

        EndChoices();
        _frame.Append(",\"usage\":"u8);
        Writer.Reset();
        ending.WriteUsage(Writer);
        Writer.Flush();
        _frame.Append(",\"x_gateway\":"u8);
        Writer.Reset();
        ending.WriteGateway(Writer);
        Writer.Flush();
        _frame.Append("}\n\n"u8);
    }

    /// <summary>Begins a choice and its delta.</summary>
    internal void BeginChoice(int index, bool withRole)
    {
        Writer.WriteStartObject();
        Writer.WriteNumber("index"u8, index);
        Writer.WriteStartObject("delta"u8);
        if (withRole)
        {
            Writer.WriteString("role"u8, "assistant"u8);
        }
    }

    private static byte[] Prefix(AnswerHead head)
    {
        using var buffer = new PooledBuffer();
        using var writer = new Utf8JsonWriter(buffer, WriterOptions);
        writer.WriteStartObject();
        writer.WriteString("id"u8, head.Id);
        writer.WriteString("object"u8, "chat.completion.chunk"u8);
        writer.WriteNumber("created"u8, head.Created);
        writer.WriteString("model"u8, head.Served.Model.Value);
        writer.WritePropertyName("choices"u8);
        writer.Flush();
        return buffer.Written.ToArray();
    }

    private void EndChoices()
    {
        Writer.WriteEndArray();
        Writer.Flush();
    }
}
