using System.Buffers;
using System.Collections.Frozen;
using System.Text.Json;
using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

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
        "rank_fields", "user", "routing", "max_cost", "voice", "instructions", "response_format", "speed",
        "stream_format", "prompt", "n", "size", "quality", "output_format", "output_compression", "background", "style",
        "moderation", "partial_images", "stream", "seconds", "format", "series", "horizon", "quantiles", "covariates",
        "decision",
    }.ToFrozenSet(StringComparer.OrdinalIgnoreCase);

    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly Translation _common = new();

    /// <param name="request">For its headers.</param>
    public TaskRequest(HttpRequest request)
    {
        Request = request;
        Writer = new(_body, TranslatingPrinter.Relaxed);
        Writer.WriteStartObject();
    }

    /// <summary>The request it was read from.</summary>
    public HttpRequest Request { get; }

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
    public ChatOrder Finish(TaskOrder order, BodyBudget budget)
    {
        Writer.WriteEndObject();
        Writer.Flush();
        return order.Finish(_common, Request, budget, _body.WrittenMemory);
    }
}
