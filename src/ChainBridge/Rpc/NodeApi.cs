using System.Collections.Immutable;
using System.Text.Json;
using Gateway.ChainBridge.Blocks;

namespace Gateway.ChainBridge.Rpc;

/// <summary>The methods of a node that we read by. Every one of them raises <see cref="RpcException"/> when there is no
/// answer, and null means that the node says there is nothing. Nothing it says is checked here but the form.</summary>
internal sealed class NodeApi(RpcEndpoint endpoint)
{
    /// <summary>The most keys of one question.</summary>
    public const int MaximumKeys = 500;

    public RpcEndpoint Endpoint { get; } = endpoint;

    /// <summary>The hash of a block of the best chain.</summary>
    public Task<Hash256?> BlockHashAsync(uint number, CancellationToken cancellationToken) => Endpoint.CallAsync(
        "chain_getBlockHash", json => json.WriteNumberValue(number), HexJson.ReadOptionalHash, cancellationToken);

    public Task<Hash256> FinalizedHeadAsync(CancellationToken cancellationToken) => Endpoint.CallAsync(
        "chain_getFinalizedHead", writeParameters: null, HexJson.ReadHash, cancellationToken);

    public Task<BlockHeader?> HeaderAsync(Hash256 block, CancellationToken cancellationToken) => Endpoint.CallAsync(
        "chain_getHeader", json => json.WriteHash(block), HeaderJson.ReadOptional, cancellationToken);

    public Task<Block?> BlockAsync(Hash256 block, CancellationToken cancellationToken) => Endpoint.CallAsync(
        "chain_getBlock", json => json.WriteHash(block), BlockJson.ReadOptional, cancellationToken);

    /// <summary>The runtime in force after a block.</summary>
    public Task<RuntimeVersion> RuntimeVersionAsync(Hash256 block, CancellationToken cancellationToken) =>
        Endpoint.CallAsync(
            "state_getRuntimeVersion", json => json.WriteHash(block), RuntimeVersion.Read, cancellationToken);

    /// <summary>The bytes stored under a key.</summary>
    public Task<byte[]?> StorageAsync(ReadOnlyMemory<byte> key, Hash256 at, CancellationToken cancellationToken) =>
        Endpoint.CallAsync(
            "state_getStorage",
            json =>
            {
                json.WriteHex(key.Span);
                json.WriteHash(at);
            },
            HexJson.ReadOptionalBytes,
            cancellationToken);

    /// <summary>The bytes stored under up to <see cref="MaximumKeys"/> keys, in the order of the keys.</summary>
    /// <exception cref="RpcException">Also when the answer is about other keys than the question.</exception>
    public async Task<byte[]?[]> StorageAsync(
        IReadOnlyList<byte[]> keys, Hash256 at, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keys.Count, MaximumKeys);
        var changes = await Endpoint.CallAsync(
            "state_queryStorageAt",
            json =>
            {
                json.WriteStartArray();
                foreach (var key in keys)
                {
                    json.WriteHex(key);
                }

                json.WriteEndArray();
                json.WriteHash(at);
            },
            StorageChange.ReadSet,
            cancellationToken);
        return InOrder(keys, changes);
    }

    /// <summary>Keys that begin with a prefix, in order, after one of them.</summary>
    /// <param name="prefix">What they begin with.</param>
    /// <param name="count">1 to <see cref="MaximumKeys"/>.</param>
    /// <param name="after">The last key known already; empty for the first page.</param>
    /// <param name="at">The block whose state is asked.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<ImmutableArray<byte[]>> KeysAsync(
        ReadOnlyMemory<byte> prefix,
        int count,
        ReadOnlyMemory<byte> after,
        Hash256 at,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MaximumKeys);
        return Endpoint.CallAsync(
            "state_getKeysPaged",
            json =>
            {
                json.WriteHex(prefix.Span);
                json.WriteNumberValue(count);
                json.WriteHex(after.IsEmpty ? prefix.Span : after.Span);
                json.WriteHash(at);
            },
            static (ref Utf8JsonReader reader) => ListJson.Read(ref reader, HexJson.ReadBytes),
            cancellationToken);
    }

    /// <summary>Calls a function of the runtime.</summary>
    /// <param name="function">API and method, such as AccountNonceApi_account_nonce.</param>
    /// <param name="arguments">SCALE of the arguments, one after the other.</param>
    /// <param name="at">The block whose runtime and state answer.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>SCALE of the answer.</returns>
    public Task<byte[]> CallRuntimeAsync(
        string function, ReadOnlyMemory<byte> arguments, Hash256 at, CancellationToken cancellationToken) =>
        Endpoint.CallLongAsync(
            "state_call",
            json =>
            {
                json.WriteStringValue(function);
                json.WriteHex(arguments.Span);
                json.WriteHash(at);
            },
            HexJson.ReadBytes,
            cancellationToken);

    /// <summary>The runtime's metadata in the format V14, which every node gives.</summary>
    public Task<byte[]> MetadataAsync(Hash256 at, CancellationToken cancellationToken) => Endpoint.CallLongAsync(
        "state_getMetadata", json => json.WriteHash(at), HexJson.ReadBytes, cancellationToken);

    /// <summary>The nonce of an account's next transaction, those in the node's pool counted.</summary>
    /// <param name="address">SS58.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<uint> NextNonceAsync(string address, CancellationToken cancellationToken) => Endpoint.CallAsync(
        "system_accountNextIndex",
        json => json.WriteStringValue(address),
        static (ref Utf8JsonReader reader) => reader.GetUInt32(),
        cancellationToken);

    /// <summary>Hands a transaction to the node's pool.</summary>
    /// <returns>The transaction's hash, as the node says.</returns>
    public Task<Hash256> SubmitAsync(ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) =>
        Endpoint.CallAsync(
            "author_submitExtrinsic", json => json.WriteHex(transaction.Span), HexJson.ReadHash, cancellationToken);

    /// <summary>Hands a transaction to the node's pool and hears what becomes of it. Hints only.</summary>
    public Task<RpcSubscription<PoolStatus>> SubmitAndWatchAsync(
        ReadOnlyMemory<byte> transaction, CancellationToken cancellationToken) => Endpoint.SubscribeOnceAsync(
            "author_submitAndWatchExtrinsic",
            json => json.WriteHex(transaction.Span),
            PoolStatus.Read,
            cancellationToken);

    /// <summary>Headers that became final. Hints only: numbers may be skipped.</summary>
    public Task<RpcSubscription<BlockHeader>> FinalizedHeadsAsync(CancellationToken cancellationToken) =>
        Endpoint.SubscribeAsync(
            "chain_subscribeFinalizedHeads", writeParameters: null, HeaderJson.Read, cancellationToken);

    /// <summary>Headers of new best blocks, which may yet vanish. Hints only.</summary>
    public Task<RpcSubscription<BlockHeader>> NewHeadsAsync(CancellationToken cancellationToken) =>
        Endpoint.SubscribeAsync(
            "chain_subscribeNewHeads", writeParameters: null, HeaderJson.Read, cancellationToken);

    /// <summary>The runtime now, and whenever it changes. Hints only.</summary>
    public Task<RpcSubscription<RuntimeVersion>> RuntimeVersionsAsync(CancellationToken cancellationToken) =>
        Endpoint.SubscribeAsync(
            "state_subscribeRuntimeVersion", writeParameters: null, RuntimeVersion.Read, cancellationToken);

    private static byte[]?[] InOrder(IReadOnlyList<byte[]> keys, ImmutableArray<StorageChange> changes)
    {
        var byKey = new Dictionary<string, byte[]?>(changes.Length);
        foreach (var change in changes)
        {
            byKey[Convert.ToHexString(change.Key)] = change.Value;
        }

        var values = new byte[]?[keys.Count];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = byKey.TryGetValue(Convert.ToHexString(keys[i]), out var value)
                ? value
                : throw new RpcException(RpcFault.Garbage, "The node left out a key it was asked about.");
        }

        return values;
    }
}
