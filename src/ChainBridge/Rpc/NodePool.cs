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

    /// <summary>The first node that is connected and answers; the first that is connected while none does, and the
    /// first of all while none is, for calls wait for a connection.</summary>
    public NodeApi Preferred => Nodes.FirstOrDefault(Answers)
        ?? Nodes.FirstOrDefault(node => node.Endpoint.IsConnected) ?? Nodes[0];

    /// <summary>All nodes that are connected now, for questions on which several must agree.</summary>
    public IReadOnlyList<NodeApi> Connected => [.. Nodes.Where(node => node.Endpoint.IsConnected)];

    /// <summary>Whom to ask when some must agree, in the order of preference: all that answer where they are enough, or
    /// all that are connected, or all. One node's word is the preferred one's.</summary>
    /// <param name="agreement">How many must agree, 1 or more.</param>
    public IReadOnlyList<NodeApi> Asked(int agreement)
    {
        if (agreement == 1)
        {
            return [Preferred];
        }

        List<NodeApi> able = [.. Nodes.Where(Answers)];
        return able.Count >= agreement ? able : Connected.Count >= agreement ? Connected : Nodes;
    }

    /// <summary>Keeps all nodes connected until it is cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(Nodes.Select(node => node.Endpoint.RunAsync(cancellationToken)));

    // A node that answers some calls and lets others wait must not keep whoever needs those for ever.
    private static bool Answers(NodeApi node) => node.Endpoint is { IsConnected: true, IsStalling: false };
}
