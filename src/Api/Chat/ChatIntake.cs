using Gateway.Api.Chat.Shapes;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Chat;

/// <summary>Takes requests in: their bodies, and what these name elsewhere.</summary>
internal sealed class ChatIntake(BodyBudget budget, ImageFetcher images)
{
    public Task<RequestBody> ReadAsync(HttpRequest request, IChatShape shape) =>
        RequestBody.ReadAsync(request, budget, shape.MaxBody);

    /// <exception cref="RefusedException">A field is missing, wrong or not supported.</exception>
    public ChatOrder Order(RequestBody body, HttpRequest request, IChatShape shape) =>
        shape.Read(body.Bytes, request, budget);

    /// <summary>The same order with all that it names by address in it; null when that is nothing.</summary>
    /// <exception cref="RefusedException">It could not be fetched.</exception>
    public Task<ChatOrder?> FetchAsync(ChatOrder order, CancellationToken ct) => images.FetchAsync(order, ct);
}
