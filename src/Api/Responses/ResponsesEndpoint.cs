using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Responses;

/// <summary>POST /v1/responses and /v1/responses/input_tokens. A request brings its whole conversation, or names the
/// stored response that it goes on with.</summary>
internal sealed class ResponsesEndpoint(
    ChatEndpoint chat, ResponseMemory memory, RouteBoard board, BodyBudget budget)
{
    public const string CountPath = ResponsesShape.ThePath + "/input_tokens";

    public async Task PostAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, ChatEndpoint.MaxBody);
        context.Features.Set(body);
        await memory.RememberAsync(context, body.Bytes, isAnswered: true);
        await chat.HandleAsync(context, ResponsesShape.Instance);
    }

    /// <summary>How many tokens an input has, as far as that is known without its model's tokenizer: an estimate, and
    /// it says so. Free.</summary>
    public async Task CountAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, ChatEndpoint.MaxBody);
        await memory.RememberAsync(context, body.Bytes, isAnswered: false);
        using var order = ResponsesShape.Instance.Read(body.Bytes, context.Request, budget);
        await TokenCount.WriteAsync(context, board, order, "response.input_tokens");
    }
}

/// <summary>Responses as a shape of chat.</summary>
internal sealed class ResponsesShape : IChatShape
{
    public const string ThePath = "/v1/responses";

    private ResponsesShape()
    {
    }

    public static ResponsesShape Instance { get; } = new();

    public string Path => ThePath;

    public int MaxBody => ChatEndpoint.MaxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        var identity = request.HttpContext.Features.GetRequiredFeature<RequestIdentity>();
        return ResponsesRequest.Read(document.RootElement, request, identity, budget);
    }
}
