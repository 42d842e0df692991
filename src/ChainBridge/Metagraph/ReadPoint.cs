using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Metagraph;

/// <summary>One finalized block on one node: all reads that make up a snapshot use the same.</summary>
/// <param name="Node">The node.</param>
/// <param name="Runtime">The runtime of the block's state.</param>
/// <param name="Block">Its height.</param>
/// <param name="Hash">Its hash.</param>
internal sealed record ReadPoint(NodeApi Node, RuntimeContext Runtime, uint Block, Hash256 Hash)
{
    private const string Pallet = "SubtensorModule";

    public RuntimeMetadata Metadata => Runtime.Metadata;

    public bool Has(string item) => Metadata.FindStorage(Pallet, item) is not null;

    public byte[] Key(string item, params ReadOnlySpan<ScaleValue> parts) =>
        StorageKeys.Of(Metadata, Pallet, item, parts);

    /// <summary>What stored bytes say; the default, or null, where nothing is stored.</summary>
    public ScaleValue? Read(string item, byte[]? stored) => StorageValues.Read(Metadata, Pallet, item, stored);

    /// <summary>Values of one item under many keys, in the keys' order.</summary>
    /// <exception cref="RpcException">No answer, or one about other keys.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    public async Task<ScaleValue?[]> ReadAsync(
        string item, IReadOnlyList<byte[]> keys, CancellationToken cancellationToken)
    {
        var pages = keys.Chunk(NodeApi.MaximumKeys)
            .Select(page => Node.StorageAsync(page, Hash, cancellationToken));
        var stored = await Task.WhenAll(pages);
        return [.. stored.SelectMany(page => page).Select(bytes => Read(item, bytes))];
    }

    /// <summary>Values of several items under one key each.</summary>
    /// <exception cref="RpcException">No answer, or one about other keys.</exception>
    /// <exception cref="ScaleException">Bytes of another form.</exception>
    public async Task<IReadOnlyDictionary<string, ScaleValue?>> ReadAsync(
        IReadOnlyList<string> items, ScaleValue key, CancellationToken cancellationToken)
    {
        var stored = await Node.StorageAsync([.. items.Select(item => Key(item, key))], Hash, cancellationToken);
        return items.Zip(stored).ToDictionary(one => one.First, one => Read(one.First, one.Second));
    }
}
