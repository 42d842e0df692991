using System.Security.Cryptography;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Wiring;

/// <summary>Ties a receipt to the route that the router keeps.</summary>
internal sealed class RouteHashes(RouteBoard board) : IRouteHashes
{
    public async Task<byte[]?> OfAsync(OrgId org, RequestId request, CancellationToken cancellationToken) =>
        await board.RouteAsync(request, org.Value, cancellationToken) is { } route
            ? SHA256.HashData(route.Span)
            : null;
}
