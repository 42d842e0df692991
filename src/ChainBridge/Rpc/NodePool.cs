namespace Gateway.ChainBridge.Rpc;

/// <summary>The nodes of one chain, in the order of preference. Reads that belong together use one node throughout:
/// take it once.</summary>
internal sealed class NodePool
{
    public NodePool(IEnumerable<RpcEndpoint> endpoints)
    {
        Nodes = [.. endpoints.Select(endpoint => new NodeApi(endpoint))];
        ArgumentOutOfRangeException.ThrowIfZero(Nodes.Count, nameof(endpoints));
    }

    public IReadOnlyList<NodeApi> Nodes { get; }

    /// <summary>The first node that is connected; the first of all while none is, for calls wait for a connection.
    /// </summary>
    public NodeApi Preferred => Nodes.FirstOrDefault(node => node.Endpoint.IsConnected) ?? Nodes[0];

    /// <summary>All nodes that are connected now, for questions on which several must agree.</summary>
    public IReadOnlyList<NodeApi> Connected => [.. Nodes.Where(node => node.Endpoint.IsConnected)];

    /// <summary>Keeps all nodes connected until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Nodes.Select(node => node.Endpoint.RunAsync(cancellationToken)));
}
