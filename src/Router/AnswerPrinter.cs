namespace Gateway.Router;

/// <summary>Prints an answer in the shape of the endpoint that was asked. Every answer is made in the shape of chat
/// completions; a printer turns it into another shape on its way to the caller, before it is hashed. One printer
/// serves one request, and one thread at a time.</summary>
public interface IAnswerPrinter
{
    /// <summary>Prints a part of a stream: chunks, the end mark, or the error that it ends in.</summary>
    /// <param name="frames">Server-sent events of chat completions, each whole.</param>
    /// <returns>What the caller gets; valid until the next call. Empty where the shape has nothing to say.</returns>
    public ReadOnlyMemory<byte> PrintFrames(ReadOnlyMemory<byte> frames);

    /// <summary>Prints an answer that was no stream.</summary>
    /// <param name="body">A chat completion, JSON.</param>
    /// <returns>What the caller gets, JSON; valid until the next call.</returns>
    public ReadOnlyMemory<byte> PrintWhole(ReadOnlyMemory<byte> body);
}

/// <summary>Chat's own printer: an answer is already in its shape.</summary>
public sealed class ChatPrinter : IAnswerPrinter
{
    private ChatPrinter()
    {
    }

    /// <summary>The one there need be, for any thread.</summary>
    public static ChatPrinter Instance { get; } = new();

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PrintFrames(ReadOnlyMemory<byte> frames) => frames;

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> PrintWhole(ReadOnlyMemory<byte> body) => body;
}
