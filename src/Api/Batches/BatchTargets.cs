using System.Collections.Frozen;
using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Api.OpenApi;

namespace Gateway.Api.Batches;

/// <summary>Where a batch's lines may go: every endpoint that is charged for, takes JSON and gives it.</summary>
internal sealed class BatchTargets(EndpointDataSource endpoints)
{
    // Routes are mapped after services are made.
    private readonly Lazy<FrozenDictionary<string, RouteEndpoint>> _all = new(() => endpoints.Endpoints
        .OfType<RouteEndpoint>().Where(IsTarget)
        .ToFrozenDictionary(endpoint => endpoint.RoutePattern.RawText!, StringComparer.Ordinal));

    /// <summary>Their paths.</summary>
    public IEnumerable<string> Paths => _all.Value.Keys.Order(StringComparer.Ordinal);

    public RouteEndpoint? Find(string path) => _all.Value.GetValueOrDefault(path);

    private static bool IsTarget(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetMetadata<IdempotentMetadata>()?.Rule == KeepWhen.Charged
        && endpoint.Metadata.GetMetadata<FormMetadata>() is null
        && endpoint.Metadata.GetMetadata<Described>() is not { Answer: null }
        && endpoint.Metadata.GetMetadata<AccessRuleMetadata>()?.Rule == AccessRule.Inference;
}
