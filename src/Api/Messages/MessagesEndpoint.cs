using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Messages;

/// <summary>POST /v1/messages and /v1/messages/count_tokens: chat in the shape of Anthropic's API.</summary>
internal sealed class MessagesEndpoint(ChatEndpoint chat, RouteBoard board, BodyBudget budget)
{
    public const string CountPath = MessagesShape.ThePath + "/count_tokens";

    public Task PostAsync(HttpContext context) => chat.HandleAsync(context, MessagesShape.Instance);

    /// <summary>How many tokens a prompt has, as far as that is known without its model's tokenizer: an estimate, and
    /// it says so. Free.</summary>
    public async Task CountAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, ChatEndpoint.MaxBody);
        using var order = MessagesShape.ReadPrompt(body.Bytes, context.Request, budget);
        await TokenCount.WriteAsync(context, board, order);
    }
}

/// <summary>Messages as a shape of chat.</summary>
internal sealed class MessagesShape : IChatShape
{
    public const string ThePath = "/v1/messages";

    private MessagesShape()
    {
    }

    public static MessagesShape Instance { get; } = new();

    public string Path => ThePath;

    public int MaxBody => ChatEndpoint.MaxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        var id = request.HttpContext.Features.GetRequiredFeature<RequestIdentity>().Id;
        return MessagesRequest.Read(document.RootElement, request, new MessagesPrinter(id), budget, needsLimit: true);
    }

    /// <summary>Reads a prompt that is only counted.</summary>
    public static ChatOrder ReadPrompt(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        return MessagesRequest.Read(document.RootElement, request, ChatPrinter.Instance, budget, needsLimit: false);
    }
}
