namespace Gateway.Api.OpenAi;

/// <summary>Says of a route that its body is a form and not JSON.</summary>
internal sealed record TakesForm
{
    public static TakesForm Instance { get; } = new();

    /// <summary>Whether a request's body should be a form.</summary>
    public static bool Is(HttpRequest request) =>
        request.HttpContext.GetEndpoint()?.Metadata.GetMetadata<TakesForm>() is not null;
}
