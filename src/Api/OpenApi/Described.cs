namespace Gateway.Api.OpenApi;

/// <summary>What the OpenAPI document says of an endpoint. Its errors follow from its access rule and its
/// method.</summary>
/// <param name="Summary">What it does, in a few words.</param>
/// <param name="Answer">A schema's name in Schemas/; with <c>[]</c> behind it, a page of such. Null: it is never
/// JSON.</param>
/// <param name="Body">The schema of its body; null: it takes none.</param>
/// <param name="Query">The parameters of its query, separated by blanks; what they are stands in
/// Schemas/parameters.json.</param>
/// <param name="Frame">The schema of a frame, where the answer may be a stream.</param>
/// <param name="Media">What the answer may also be, beside JSON; separated by blanks.</param>
/// <param name="BodyMedia">What its body is.</param>
internal sealed record Described(
    string Summary, string? Answer, string? Body = null, string? Query = null, string? Frame = null,
    string? Media = null, string BodyMedia = "application/json");

/// <summary>How endpoints say what they are.</summary>
internal static class DescribedExtensions
{
    /// <summary>Puts an endpoint into the OpenAPI document: one line beside its mapping.</summary>
    public static TBuilder Describes<TBuilder>(
        this TBuilder builder, string summary, string answer, string? body = null, string? query = null)
        where TBuilder : IEndpointConventionBuilder => builder.Describes(new Described(summary, answer, body, query));

    /// <summary>The same for answers that are more than one JSON object.</summary>
    public static TBuilder Describes<TBuilder>(this TBuilder builder, Described described)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(described);
}
