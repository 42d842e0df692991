using Gateway.Api.Chat;
using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.Completions;

/// <summary>POST /v1/completions: a prompt without turns, asked as one user's message.</summary>
internal sealed class CompletionsEndpoint(ChatEndpoint chat)
{
    public Task PostAsync(HttpContext context) => chat.HandleAsync(context, CompletionsShape.Instance);
}

/// <summary>Completions as a shape of chat.</summary>
internal sealed class CompletionsShape : IChatShape
{
    public const string ThePath = "/v1/completions";

    private CompletionsShape()
    {
    }

    public static CompletionsShape Instance { get; } = new();

    public string Path => ThePath;

    public int MaxBody => ChatEndpoint.MaxBody;

    public ChatOrder Read(ReadOnlyMemory<byte> body, HttpRequest request, BodyBudget budget)
    {
        using var document = StrictJson.Parse(body);
        var id = request.HttpContext.Features.GetRequiredFeature<RequestIdentity>().Id;
        return CompletionsRequest.Read(document.RootElement, request, id, budget);
    }
}
