using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Router;

namespace Gateway.Api.Chat.Shapes;

/// <summary>Chat completions themselves: nothing is translated.</summary>
internal sealed class ChatShape : IChatShape
{
    private ChatShape()
    {
    }

    public static ChatShape Instance { get; } = new();

    public string Path => ChatEndpoint.Path;

    public int MaxBody => ChatEndpoint.MaxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        var chat = ChatRequestReader.Read(
            document.RootElement, request.Headers[ChatRequestReader.MaxCostHeader],
            request.HttpContext.Features.Get<Caller>()?.Routing);
        return new(chat, body, ChatPrinter.Instance);
    }
}
