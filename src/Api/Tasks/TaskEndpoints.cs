using Gateway.Api.Chat;

namespace Gateway.Api.Tasks;

/// <summary>POST /v1/embeddings and /v1/rerank: requests that are no chat, through the same pipeline.</summary>
internal sealed class TaskEndpoints(ChatEndpoint pipeline)
{
    public Task EmbedAsync(HttpContext context) => pipeline.HandleAsync(context, EmbeddingsShape.Instance);

    public Task RerankAsync(HttpContext context) => pipeline.HandleAsync(context, RerankShape.Instance);
}
