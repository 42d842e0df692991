using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Completions;
using Gateway.Api.Idempotency;
using Gateway.Api.Messages;
using Gateway.Api.OpenApi;
using Gateway.Api.Responses;

namespace Gateway.Api.Hosting;

/// <summary>The routes of endpoints that are chat in another shape.</summary>
internal static class ShapeRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var messages = routes.ServiceProvider.GetRequiredService<MessagesEndpoint>();
        MapPost(routes, MessagesShape.ThePath, messages.PostAsync, KeepWhen.Charged)
            .Describes(new Described("Answers messages, in Anthropic's shape", "Message", "MessagesRequest",
                Frame: "MessageEvent"));
        MapPost(routes, MessagesEndpoint.CountPath, messages.CountAsync, KeepWhen.Succeeded)
            .Describes("Counts the tokens of messages", "InputTokens", "MessagesRequest");
        var responses = routes.ServiceProvider.GetRequiredService<ResponsesEndpoint>();
        MapPost(routes, ResponsesShape.ThePath, responses.PostAsync, KeepWhen.Charged)
            .Describes(new Described("Makes a response", "Response", "ResponseRequest", Frame: "ResponseEvent"));
        MapPost(routes, ResponsesEndpoint.CountPath, responses.CountAsync, KeepWhen.Succeeded)
            .Describes("Counts the tokens of a response's input", "InputTokens", "ResponseRequest");
        MapStored(routes, routes.ServiceProvider.GetRequiredService<StoredResponseEndpoints>());
        var completions = routes.ServiceProvider.GetRequiredService<CompletionsEndpoint>();
        MapPost(routes, CompletionsShape.ThePath, completions.PostAsync, KeepWhen.Charged)
            .Describes(new Described("Completes a text", "Completion", "CompletionRequest", Frame: "Completion"));
        TaskRoutes.Map(routes);
    }

    public static IServiceCollection AddShapes(this IServiceCollection services) => services
        .AddSingleton<MessagesEndpoint>()
        .AddSingleton<ResponseMemory>()
        .AddSingleton<ResponsesEndpoint>()
        .AddSingleton<StoredResponseEndpoints>()
        .AddSingleton<CompletionsEndpoint>();

    private static void MapStored(IEndpointRouteBuilder routes, StoredResponseEndpoints stored)
    {
        routes.MapGet(StoredResponseEndpoints.Path, (RequestDelegate)stored.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads a stored response, free", "Response");
        routes.MapDelete(StoredResponseEndpoints.Path, (RequestDelegate)stored.DeleteAsync)
            .Requires(AccessRule.Account).Describes("Deletes a stored response", "ResponseDeleted");
        routes.MapGet(StoredResponseEndpoints.ItemsPath, (RequestDelegate)stored.ItemsAsync)
            .Requires(AccessRule.Account)
            .Describes("Lists what a stored response was asked", "ResponseItem[]", query: "after limit order");
    }

    private static IEndpointConventionBuilder MapPost(
        IEndpointRouteBuilder routes, string path, RequestDelegate handle, KeepWhen rule) =>
        routes.MapKeptPost(path, handle, ChatEndpoint.MaxBody, rule).Requires(AccessRule.Inference);
}
