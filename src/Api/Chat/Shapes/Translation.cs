using System.Buffers;
using System.Text;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Chat.Shapes;

/// <summary>A chat request that is being written from one of another shape.</summary>
internal sealed class Translation : IDisposable
{
    private const int MaxIgnored = 16;
    private const int MaxNameLength = 64;
    private const int SpaceForMessages = 64;

    private readonly ArrayBufferWriter<byte> _body = new();
    private readonly SortedSet<string> _ignored = new(StringComparer.Ordinal);

    public Translation()
    {
        Writer = new(_body, TranslatingPrinter.Relaxed);
        Writer.WriteStartObject();
    }

    /// <summary>Stands in the chat request's object.</summary>
    public Utf8JsonWriter Writer { get; }

    /// <summary>Whether the prompts are gaps to fill.</summary>
    public bool FillsIn { get; set; }

    /// <summary>Whether the answer must say at which stop text it ended.</summary>
    public bool TellsStop { get; set; }

    public void Dispose() => Writer.Dispose();

    /// <summary>Names a field that has no effect here. A name from outside goes into a header, so only a plain one is
    /// told, and a few are enough.</summary>
    public void Ignore(string name)
    {
        if (_ignored.Count < MaxIgnored && name.Length is > 0 and <= MaxNameLength
            && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        {
            _ignored.Add(name);
        }
    }

    /// <summary>Names every member of an object but the given ones as without effect.</summary>
    public void IgnoreOthers(JsonElement value, params ReadOnlySpan<string> known)
    {
        foreach (var member in value.EnumerateObject())
        {
            if (!known.Contains(member.Name) && !FieldReader.IsAbsent(member.Value))
            {
                Ignore(member.Name);
            }
        }
    }

    /// <summary>Copies a member as it came.</summary>
    public void Copy(string name, JsonElement value)
    {
        Writer.WritePropertyName(name);
        value.WriteTo(Writer);
    }

    /// <summary>Hands on a member that the shape does not know: to the expert, which may. One that only chat has is
    /// refused, or it would work by accident.</summary>
    public void PassUnknown(string name, JsonElement value)
    {
        if (ChatRequestReader.IsField(name))
        {
            throw FieldReader.Unsupported(name, $"'{name}' is not a field of this endpoint.");
        }

        Copy(name, value);
    }

    /// <summary>Bodies of their own for prompts, from what was written so far: something, but no messages.</summary>
    /// <param name="prompts">The prompts.</param>
    /// <param name="suffix">What comes after each; null: they are no gaps to fill.</param>
    /// <exception cref="RefusedException">413: all of them are too much.</exception>
    public IReadOnlyList<PromptPart> Split(IReadOnlyList<string> prompts, string? suffix)
    {
        Writer.Flush();
        return (_body.WrittenCount + (suffix?.Length ?? 0)) * (long)prompts.Count <= ChatEndpoint.MaxBody
            ? [.. prompts.Select(prompt => PartOf(prompt, suffix))]
            : throw new RefusedException(new(StatusCodes.Status413PayloadTooLarge, "invalid_request_error",
                "request_too_large", "The fields beside 'prompt' are too long for so many prompts. Send fewer."));
    }

    /// <summary>Reads what was written as the chat request it is.</summary>
    /// <param name="request">For its headers.</param>
    /// <param name="printer">Prints its answer.</param>
    /// <param name="budget">For the bodies.</param>
    /// <param name="prompts">Of <see cref="Split"/>, where what was written has the messages of several.</param>
    public ChatOrder Finish(
        HttpRequest request, IAnswerPrinter printer, BodyBudget budget, IReadOnlyList<PromptPart>? prompts = null)
    {
        Writer.WriteEndObject();
        Writer.Flush();
        using var document = StrictJson.Parse(_body.WrittenMemory);
        var chat = ChatRequestReader.Read(
            document.RootElement, request.Headers[ChatRequestReader.MaxCostHeader],
            request.HttpContext.Features.Get<Caller>()?.Routing);
        _ignored.UnionWith(chat.Ignored);
        chat = chat with
        {
            Ignored = [.. _ignored],
            Rules = chat.Rules with { TellsStop = TellsStop, FillsIn = FillsIn },
            Needs = chat.Needs | (FillsIn ? Features.Fill : Features.None),
        };
        if (prompts is { Count: > 0 })
        {
            chat = chat with { Prompts = prompts, Choices = chat.Choices * prompts.Count };
        }

        return ChatOrder.Translated(chat, _body.WrittenMemory, printer, budget);
    }

    private PromptPart PartOf(string prompt, string? suffix)
    {
        var body = new ArrayBufferWriter<byte>(_body.WrittenCount + prompt.Length + SpaceForMessages);
        body.Write(_body.WrittenSpan);
        body.Write(suffix is null ? ",\"messages\":[{\"role\":\"user\",\"content\":"u8 : ",\"prompt\":"u8);
        Append(body, prompt);
        if (suffix is not null)
        {
            body.Write(",\"suffix\":"u8);
            Append(body, suffix);
        }

        body.Write(suffix is null ? "}]}"u8 : "}"u8);
        return new(body.WrittenMemory, Encoding.UTF8.GetByteCount(prompt) + Encoding.UTF8.GetByteCount(suffix ?? ""));
    }

    private static void Append(ArrayBufferWriter<byte> body, string text)
    {
        using var writer = new Utf8JsonWriter(body, TranslatingPrinter.Relaxed);
        writer.WriteStringValue(text);
    }
}
