using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Chat.Shapes;

/// <summary>A request as the chat pipeline takes it.</summary>
/// <param name="Chat">What the gateway needs of it.</param>
/// <param name="Body">The chat request for the expert, JSON.</param>
/// <param name="Printer">Prints its answer.</param>
internal sealed record ChatOrder(ChatRequest Chat, ReadOnlyMemory<byte> Body, IAnswerPrinter Printer) : IDisposable
{
    private readonly BodyBudget? _budget;
    private readonly long _taken;

    private ChatOrder(ChatRequest chat, ReadOnlyMemory<byte> body, IAnswerPrinter printer, BodyBudget budget)
        : this(chat, body, printer)
    {
        // A second body in memory counts like the first.
        _taken = body.Length + chat.Prompts.Sum(static one => (long)one.Body.Length);
        budget.Take(_taken);
        _budget = budget;
    }

    /// <summary>Of a request that another shape was translated from.</summary>
    /// <exception cref="RefusedException">503 when too many bodies are in flight.</exception>
    public static ChatOrder Translated(
        ChatRequest chat, ReadOnlyMemory<byte> body, IAnswerPrinter printer, BodyBudget budget) =>
        new(chat, body, printer, budget);

    public void Dispose() => _budget?.Return(_taken);
}
