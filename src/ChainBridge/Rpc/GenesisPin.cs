using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>The genesis that the nodes of one chain share: the first one seen holds all others.</summary>
internal sealed class GenesisPin
{
    private readonly TaskCompletionSource<Hash256> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What is pinned; completes with the first node that proved its chain.</summary>
    public Task<Hash256> Value => _first.Task;

    /// <summary>Pins a genesis unless one is pinned already; returns the one that holds.</summary>
    public Hash256 Take(Hash256 found)
    {
        _ = _first.TrySetResult(found);
        return _first.Task.Result;
    }
}
