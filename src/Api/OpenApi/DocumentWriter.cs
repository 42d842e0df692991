using System.Reflection;
using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Gateway.Api.OpenApi;

/// <summary>Writes the OpenAPI document of the endpoints that are mapped, from what each says of itself and the schemas
/// beside this file.</summary>
internal static class DocumentWriter
{
    private const string Prefix = "openapi.";
    private const string Parameters = Prefix + "parameters.json";
    private const string PageMark = "[]";
    private const string Json = "application/json";

    /// <summary>The document, as OpenAPI 3.1 has it.</summary>
    public static JsonObject Write(IEnumerable<Endpoint> endpoints)
    {
        var known = Read(Parameters);
        var paths = new SortedDictionary<string, JsonObject>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints.OfType<RouteEndpoint>())
        {
            if (endpoint.Metadata.GetMetadata<Described>() is { } described)
            {
                var path = PathOf(endpoint.RoutePattern);
                paths.TryAdd(path, []);
                paths[path][MethodOf(endpoint)] = Operation(endpoint, described, known);
            }
        }

        return new()
        {
            ["openapi"] = "3.1.1",
            ["info"] = new JsonObject { ["title"] = "Gateway", ["version"] = "v1" },
            ["paths"] = new JsonObject(paths.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)pair.Value))),
            ["components"] = new JsonObject
            {
                ["schemas"] = Schemas(),
                ["securitySchemes"] = new JsonObject
                {
                    ["key"] = Bearer("An API key, gw-..., or a token of a configured issuer."),
                    ["adminKey"] = Bearer("An admin key, gw-admin-..., or a token whose role allows it."),
                },
            },
        };
    }

    /// <summary>A route's path as OpenAPI writes it: <c>{*id}</c> is <c>{id}</c>.</summary>
    public static string PathOf(RoutePattern pattern) => "/" + string.Join('/', pattern.PathSegments.Select(segment =>
        string.Concat(segment.Parts.Select(part => part switch
        {
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternParameterPart parameter => $"{{{parameter.Name}}}",
            _ => "",
        }))));

    /// <summary>Its method in lower case; GET stands for HEAD too.</summary>
    public static string MethodOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0].ToLowerInvariant();

    private static JsonObject Operation(RouteEndpoint endpoint, Described described, JsonObject known)
    {
        var rule = endpoint.Metadata.GetMetadata<AccessRuleMetadata>()!;
        var operation = new JsonObject
        {
            ["summary"] = described.Summary,
            ["operationId"] = OperationId(endpoint),
            ["parameters"] = new JsonArray([.. ParametersOf(endpoint, described, known)]),
            ["responses"] = Responses(endpoint, described, rule),
        };
        if (described.Body is { } body)
        {
            operation["requestBody"] = new JsonObject
            {
                ["required"] = true,
                ["content"] = Content(described.BodyMedia, Ref(body)),
            };
        }

        operation["security"] = rule.Rule switch
        {
            AccessRule.Public => new JsonArray(),
            AccessRule.Admin => Security("adminKey"),
            AccessRule.Usage => Security("adminKey", "key"),
            AccessRule.Inference or AccessRule.Models or AccessRule.Account => Security("key"),
        };
        return operation;
    }

    private static string OperationId(RouteEndpoint endpoint) =>
        MethodOf(endpoint) + string.Concat(PathOf(endpoint.RoutePattern)
            .Split('/', '_', '-', '.', '{', '}')
            .Where(word => word.Length > 0)
            .Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    private static IEnumerable<JsonNode> ParametersOf(RouteEndpoint endpoint, Described described, JsonObject known)
    {
        foreach (var parameter in endpoint.RoutePattern.Parameters)
        {
            yield return Parameter(parameter.Name, "path", new() { ["type"] = "string" }, isRequired: true);
        }

        foreach (var name in described.Query?.Split(' ') ?? [])
        {
            var schema = (JsonObject)(known[name] ?? throw new InvalidOperationException(
                $"{Parameters} does not say what '{name}' is.")).DeepClone();
            yield return Parameter(name, "query", schema, isRequired: schema.Remove("x-required"));
        }

        if (endpoint.Metadata.GetMetadata<IdempotentMetadata>() is not null)
        {
            yield return Parameter(
                "Idempotency-Key", "header",
                new() { ["type"] = "string", ["minLength"] = 1, ["maxLength"] = IdempotencyHeader.MaxLength },
                isRequired: false);
        }
    }

    private static JsonObject Parameter(string name, string place, JsonObject schema, bool isRequired) => new()
    {
        ["name"] = name,
        ["in"] = place,
        ["required"] = isRequired,
        ["schema"] = schema,
    };

    private static JsonObject Responses(RouteEndpoint endpoint, Described described, AccessRuleMetadata rule)
    {
        var content = described.Answer is { } answer ? Content(Json, Answer(answer)) : [];
        if (described.Frame is { } frame)
        {
            content["text/event-stream"] = new JsonObject { ["schema"] = Ref(frame) };
        }

        foreach (var media in described.Media?.Split(' ') ?? [])
        {
            content[media] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string" } };
        }

        var responses = new JsonObject
        {
            ["200"] = new JsonObject { ["description"] = "Done.", ["content"] = content },
        };
        foreach (var status in ErrorsOf(endpoint, described, rule).Order(StringComparer.Ordinal))
        {
            responses[status] = new JsonObject
            {
                ["description"] = "Refused; error.code says why.",
                ["content"] = Content(Json, Ref("Error")),
            };
        }

        return responses;
    }

    private static HashSet<string> ErrorsOf(RouteEndpoint endpoint, Described described, AccessRuleMetadata rule)
    {
        var errors = new HashSet<string> { "400", "500", "503" };
        errors.UnionWith(rule.Rule == AccessRule.Public ? [] : ["401", "403", "429"]);
        errors.UnionWith(described.Body is null ? [] : ["408", "413", "415"]);
        errors.UnionWith(endpoint.RoutePattern.Parameters.Count == 0 ? [] : ["404"]);
        errors.UnionWith(endpoint.Metadata.GetMetadata<IdempotentMetadata>() is null ? [] : ["409", "422"]);
        errors.UnionWith(rule.Rule == AccessRule.Inference ? ["402", "404", "502", "504"] : []);
        return errors;
    }

    private static JsonObject Answer(string name) => !name.EndsWith(PageMark, StringComparison.Ordinal)
        ? Ref(name)
        : new()
        {
            ["type"] = "object",
            ["required"] = new JsonArray("object", "data", "has_more"),
            ["properties"] = new JsonObject
            {
                ["object"] = new JsonObject { ["const"] = "list" },
                ["data"] = new JsonObject { ["type"] = "array", ["items"] = Ref(name[..^PageMark.Length]) },
                ["first_id"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                ["last_id"] = new JsonObject { ["type"] = new JsonArray("string", "null") },
                ["has_more"] = new JsonObject { ["type"] = "boolean" },
            },
        };

    private static JsonObject Content(string media, JsonObject schema) =>
        new() { [media] = new JsonObject { ["schema"] = schema } };

    private static JsonObject Ref(string name) => new() { ["$ref"] = $"#/components/schemas/{name}" };

    private static JsonArray Security(params string[] schemes) =>
        [.. schemes.Select(scheme => new JsonObject { [scheme] = new JsonArray() })];

    private static JsonObject Bearer(string description) => new()
    {
        ["type"] = "http",
        ["scheme"] = "bearer",
        ["description"] = description,
    };

    private static JsonObject Schemas()
    {
        var all = new SortedDictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var file in Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal) && name != Parameters))
        {
            foreach (var (name, schema) in Read(file))
            {
                all.Add(name, schema?.DeepClone());
            }
        }

        return new(all);
    }

    private static JsonObject Read(string resource)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        return JsonNode.Parse(stream)!.AsObject();
    }
}
