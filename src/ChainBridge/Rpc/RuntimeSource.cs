using System.Collections.Concurrent;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Rpc;

/// <summary>The runtimes of a chain with their metadata, each fetched once and kept by genesis and spec version. Safe
/// for concurrent use.</summary>
internal sealed class RuntimeSource
{
    private readonly ConcurrentDictionary<(Hash256 Genesis, uint Spec), RuntimeContext> _known = new();

    /// <summary>The runtime in force after a block: it decodes that block's state, and the events of the
    /// next.</summary>
    /// <exception cref="RpcException">The node did not answer, or has no metadata that can be read.</exception>
    public async Task<RuntimeContext> AtAsync(NodeApi node, Hash256 block, CancellationToken cancellationToken)
    {
        var chain = await node.Endpoint.IdentityAsync(cancellationToken);
        var version = await node.RuntimeVersionAsync(block, cancellationToken);
        var key = (chain.Genesis, version.SpecVersion);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        var metadata = await FetchAsync(node, block, cancellationToken);
        return _known.GetOrAdd(
            key, new RuntimeContext(metadata, chain.Genesis, version.SpecVersion, version.TransactionVersion));
    }

    private static async Task<RuntimeMetadata> FetchAsync(
        NodeApi node, Hash256 block, CancellationToken cancellationToken)
    {
        try
        {
            var best = await BestVersionAsync(node, block, cancellationToken);
            var bytes = best is { } version
                ? await FetchAsync(node, version, block, cancellationToken)
                : await node.MetadataAsync(block, cancellationToken);
            return MetadataReader.Read(bytes);
        }
        catch (ScaleException failure)
        {
            throw new RpcException(
                RpcFault.Garbage, $"The runtime's metadata does not read: {failure.Message}", 0, failure);
        }
    }

    // Old runtimes have no such function; they give V14 alone.
    private static async Task<byte?> BestVersionAsync(
        NodeApi node, Hash256 block, CancellationToken cancellationToken)
    {
        try
        {
            var answer = await node.CallRuntimeAsync(
                "Metadata_metadata_versions", ReadOnlyMemory<byte>.Empty, block, cancellationToken);
            return BestOf(answer);
        }
        catch (RpcException failure) when (failure.Fault == RpcFault.Refused)
        {
            return null;
        }
    }

    private static byte? BestOf(ReadOnlySpan<byte> answer)
    {
        var reader = new ScaleReader(answer);
        var offered = new HashSet<uint>();
        for (var left = reader.ReadLength(sizeof(uint)); left > 0; left--)
        {
            _ = offered.Add(reader.ReadUInt32());
        }

        reader.RequireEnd();
        foreach (var known in MetadataFormat.Known)
        {
            if (offered.Contains(known))
            {
                return known;
            }
        }

        return null;
    }

    private static async Task<byte[]> FetchAsync(
        NodeApi node, byte version, Hash256 block, CancellationToken cancellationToken)
    {
        var argument = new ScaleWriter();
        argument.WriteUInt32(version);
        var answer = await node.CallRuntimeAsync(
            "Metadata_metadata_at_version", argument.ToArray(), block, cancellationToken);
        return Unwrap(answer);
    }

    // Option of opaque bytes: a tag, a length, the metadata.
    private static byte[] Unwrap(ReadOnlySpan<byte> answer)
    {
        var reader = new ScaleReader(answer);
        if (!reader.ReadOption())
        {
            throw new ScaleException(ScaleFault.UnknownVersion, "the runtime does not have the version it offered");
        }

        var metadata = reader.ReadByteList().ToArray();
        reader.RequireEnd();
        return metadata;
    }
}
