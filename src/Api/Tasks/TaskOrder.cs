using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Tasks;

/// <summary>What a request that is no chat wants, once its fields are read.</summary>
/// <param name="Task">What kind of model is asked.</param>
/// <param name="Size">How large the input is.</param>
/// <param name="Call">How it is sent and its answer read.</param>
internal sealed record TaskOrder(ModelTask Task, TaskSize Size, TaskCall Call)
{
    /// <summary>Whether the answer is wanted as events.</summary>
    public bool Stream { get; init; }

    /// <summary>The voice wanted, where something is spoken.</summary>
    public string? Voice { get; init; }

    /// <summary>The order for the pipeline.</summary>
    /// <param name="common">The fields that all endpoints have.</param>
    /// <param name="request">For its headers.</param>
    /// <param name="budget">For the expert's body.</param>
    /// <param name="body">What the expert gets.</param>
    public ChatOrder Finish(
        Translation common, HttpRequest request, BodyBudget budget, ReadOnlyMemory<byte> body)
    {
        // Chat's reader wants a message; nobody sees this one.
        common.Writer.WritePropertyName("messages"u8);
        common.Writer.WriteRawValue("""[{"role":"user","content":""}]""");
        using var read = common.Finish(request, ChatPrinter.Instance, budget);
        var chat = read.Chat with
        {
            Task = Task,
            Call = Call,
            Stream = Stream,
            Voice = Voice,
            Prompt = Prompt.OfText(Size.Bytes, Size.Bytes),
            InputBound = Size.Bound,
            MaxCostBytes = 0,
            Prefix = 0,
        };
        return ChatOrder.Translated(chat, body, ChatPrinter.Instance, budget);
    }
}

/// <summary>How large a task's input is.</summary>
/// <param name="Bytes">Its text, as often as the expert reads it.</param>
/// <param name="Bound">The most tokens that an expert may count in it.</param>
internal readonly record struct TaskSize(long Bytes, long Bound)
{
    // No tokenizer makes more tokens than bytes, but each text may be wrapped in a few of its own.
    private const int TokensAround = 16;

    /// <summary>For what is not sold by its input.</summary>
    public static TaskSize None => default;

    /// <summary>Of so many bytes in so many texts.</summary>
    public static TaskSize Of(long bytes, long texts) => new(bytes, bytes + (texts * TokensAround));
}
