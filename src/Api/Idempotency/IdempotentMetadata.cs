namespace Gateway.Api.Idempotency;

/// <summary>Says of a route that it keeps <c>Idempotency-Key</c>: every POST must.</summary>
/// <param name="Rule">Which of its requests are done once and for all.</param>
internal sealed record IdempotentMetadata(KeepWhen Rule);

/// <summary>How POST routes are made.</summary>
internal static class IdempotentRoutes
{
    /// <summary>A POST route that keeps <c>Idempotency-Key</c>.</summary>
    /// <param name="routes">Where it is added.</param>
    /// <param name="path">Its path.</param>
    /// <param name="handle">Reads its body, if it takes one, by <see cref="OpenAi.RequestBody.ReadAsync"/>.</param>
    /// <param name="bodyLimit">The longest body it takes, in bytes.</param>
    /// <param name="rule">Which of its requests are done once and for all.</param>
    public static IEndpointConventionBuilder MapKeptPost(
        this IEndpointRouteBuilder routes, string path, RequestDelegate handle, int bodyLimit, KeepWhen rule)
    {
        var idempotent = routes.ServiceProvider.GetRequiredService<IdempotentEndpoints>();
        return routes.MapPost(path, idempotent.Keep(handle, bodyLimit, rule))
            .WithMetadata(new IdempotentMetadata(rule));
    }
}
