using System.Text.Json.Nodes;

namespace Gateway.Testing.Fuzz;

/// <summary>One endpoint as the gateway's own OpenAPI document has it: what is not in there cannot be reached, as
/// another test sees to.</summary>
internal sealed record FuzzOperation(
    string Method, string Path, string? BodySchema, IReadOnlyList<string> Query, bool NeedsAdmin)
{
    /// <summary>Whether an answer may be charged.</summary>
    internal bool MayCharge => Method == "POST" && !NeedsAdmin;

    /// <summary>Every endpoint of a document, in its order.</summary>
    internal static IReadOnlyList<FuzzOperation> Of(JsonObject document) =>
    [
        .. from path in document["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select Read(path.Key, operation.Key, operation.Value!),
    ];

    private static FuzzOperation Read(string path, string method, JsonNode operation) => new(
        method.ToUpperInvariant(),
        path,
        BodyOf(operation),
        [
            .. (operation["parameters"]?.AsArray() ?? [])
                .Where(parameter => (string?)parameter!["in"] == "query")
                .Select(parameter => (string)parameter!["name"]!),
        ],
        path.StartsWith("/v1/organization", StringComparison.Ordinal));

    private static string? BodyOf(JsonNode operation)
    {
        var schema = (string?)operation["requestBody"]?["content"]?["application/json"]?["schema"]?["$ref"];
        return schema?[(schema.LastIndexOf('/') + 1)..];
    }
}
