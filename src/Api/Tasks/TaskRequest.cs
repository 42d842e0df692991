using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>A request that is no chat, being read: what concerns the gateway is read as chat reads it, what concerns
/// the expert is written into a body of its own.</summary>
internal sealed class TaskRequest : IDisposable
{
    /// <summary>4 MB: nothing but text.</summary>
    public const int MaxBody = 4 * 1024 * 1024;

    // Names of ours in another case: some servers read them as the same member, and then they and we disagree.
    private static readonly FrozenSet<string> KnownNames = new[]
    {
        "model", "input", "dimensions", "encoding_format", "query", "documents", "top_n", "return_documents",
        "rank_fields",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly Translation _common = new();

    public TaskRequest()
    {
        Writer = new(_body, TranslatingPrinter.Relaxed);
        Writer.WriteStartObject();
    }

    /// <summary>Stands in the expert's object.</summary>
    public Utf8JsonWriter Writer { get; }

    public void Dispose()
    {
        Writer.Dispose();
        _common.Dispose();
    }

    /// <summary>Reads every member: by <paramref name="read"/> those of the endpoint, by chat's rules those that all
    /// endpoints have; the others go to the expert.</summary>
    public void ReadAll(JsonElement root, Func<string, JsonElement, bool> read)
    {
        foreach (var member in root.EnumerateObject())
        {
            if (FieldReader.IsAbsent(member.Value) || read(member.Name, member.Value))
            {
                continue;
            }

            if (FieldReader.IsLookalike(member.Name, KnownNames))
            {
                throw FieldReader.Lookalike(member.Name, "");
            }

            if (member.Name is "model" or "user" or "routing" or "max_cost")
            {
                _common.Copy(member.Name, member.Value);
            }
            else
            {
                _common.PassUnknown(member.Name, member.Value);
                Copy(member.Name, member.Value);
            }
        }
    }

    /// <summary>Copies a member into the expert's object.</summary>
    public void Copy(string name, JsonElement value)
    {
        Writer.WritePropertyName(name);
        value.WriteTo(Writer);
    }

    /// <summary>Names a field that has no effect here.</summary>
    public void Ignore(string name) => _common.Ignore(name);

    /// <summary>The order for the pipeline.</summary>
    /// <param name="request">For its headers.</param>
    /// <param name="budget">For the expert's body.</param>
    /// <param name="task">What kind of model is asked.</param>
    /// <param name="size">How large the input is.</param>
    /// <param name="call">How it is sent and its answer read.</param>
    public ChatOrder Finish(HttpRequest request, BodyBudget budget, ModelTask task, TaskSize size, TaskCall call)
    {
        // Chat's reader wants a message; nobody sees this one.
        _common.Writer.WritePropertyName("messages"u8);
        _common.Writer.WriteRawValue("""[{"role":"user","content":""}]""");
        using var common = _common.Finish(request, ChatPrinter.Instance, budget);
        Writer.WriteEndObject();
        Writer.Flush();
        var chat = common.Chat with
        {
            Task = task,
            Call = call,
            Prompt = Prompt.OfText(size.Bytes, size.Bytes),
            InputBound = size.Bound,
            MaxCostBytes = 0,
            Prefix = 0,
        };
        return ChatOrder.Translated(chat, _body.WrittenMemory, ChatPrinter.Instance, budget);
    }
}

/// <summary>How large a task's input is.</summary>
/// <param name="Bytes">Its text, as often as the expert reads it.</param>
/// <param name="Bound">The most tokens that an expert may count in it.</param>
internal readonly record struct TaskSize(long Bytes, long Bound)
{
    // No tokenizer makes more tokens than bytes, but each text may be wrapped in a few of its own.
    private const int TokensAround = 16;

    /// <summary>Of so many bytes in so many texts.</summary>
    public static TaskSize Of(long bytes, long texts) => new(bytes, bytes + (texts * TokensAround));
}
