using Gateway.Core;

namespace Gateway.Billing;

/// <summary>What a receipt says of how its request was routed. Implemented by the host; without one receipts say
/// nothing of it.</summary>
public interface IRouteHashes
{
    /// <summary>SHA-256 of the request's route as it is served; null when it was not kept. Asked once, when a receipt
    /// is signed; never throws for want of an answer.</summary>
    public Task<byte[]?> OfAsync(OrgId org, RequestId request, CancellationToken cancellationToken);
}
