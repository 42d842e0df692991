using System.Collections.Frozen;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Calls;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.JsonRpc;

/// <summary>Runtime APIs, as state_call reaches them: SCALE in, SCALE out.</summary>
internal static class RuntimeApis
{
    private const byte NormalClass = 0;

    private static readonly FrozenDictionary<string, Func<Block, byte[], byte[]>> Functions =
        new Dictionary<string, Func<Block, byte[], byte[]>>
        {
            ["Core_version"] = (block, _) => block.Runtime.EncodeVersion(),
            ["Metadata_metadata"] = (block, _) => Opaque(block.Runtime.MetadataBytes.Span),
            ["Metadata_metadata_versions"] = MetadataVersions,
            ["Metadata_metadata_at_version"] = MetadataAtVersion,
            ["AccountNonceApi_account_nonce"] = AccountNonce,
            ["NeuronInfoRuntimeApi_get_neurons_lite"] = NeuronInfos.GetNeuronsLite,
            ["TaggedTransactionQueue_validate_transaction"] = ValidityApi.Validate,
            ["TransactionPaymentApi_query_info"] = QueryInfo,
            ["TransactionPaymentApi_query_fee_details"] = QueryFeeDetails,
            ["TransactionPaymentCallApi_query_call_info"] = QueryCallInfo,
        }.ToFrozenDictionary();

    /// <summary>Each API's id, the first 8 bytes of BLAKE2b-64 of its name, and its version.</summary>
    public static IReadOnlyList<(string Id, uint Version)> Versions { get; } =
    [
        ("0xdf6acb689907609b", 5), // Core
        ("0x37e397fc7c91f5e4", 2), // Metadata
        ("0xbc9d89904f5b923f", 1), // AccountNonceApi
        ("0xd2bc9897eed08f15", 3), // TaggedTransactionQueue
        ("0x37c8bb1350a9a2a8", 4), // TransactionPaymentApi
        ("0xf3ff14d5ab527059", 3), // TransactionPaymentCallApi
        ("0x806df4ccaa9ed485", 1), // NeuronInfoRuntimeApi
    ];

    /// <exception cref="RpcException">There is no such API, or the bytes are not its arguments.</exception>
    public static byte[] Call(Block block, string function, byte[] arguments)
    {
        if (!Functions.TryGetValue(function, out var run))
        {
            throw RpcException.NoState(
                $"Execution failed: Exported method {function} is not found in the DevNet simulator");
        }

        try
        {
            return run(block, arguments);
        }
        catch (ScaleException failure)
        {
            throw RpcException.NoState($"Execution failed: Bad input data provided to {function}: {failure.Message}");
        }
    }

    /// <summary>What an extrinsic weighs and costs.</summary>
    /// <exception cref="RpcException">The bytes are no extrinsic.</exception>
    public static (ulong Weight, ulong Fee) Cost(Block block, byte[] extrinsic)
    {
        try
        {
            var call = ExtrinsicReader.Decode(block.Runtime.Metadata, extrinsic).RuntimeCall;
            return (CallWeight.Of(call), Fees.Of((uint)extrinsic.Length, call));
        }
        catch (ScaleException failure)
        {
            throw RpcException.Invalid(failure.Message);
        }
    }

    private static byte[] Opaque(ReadOnlySpan<byte> bytes)
    {
        var writer = new ScaleWriter();
        writer.WriteByteList(bytes);
        return writer.ToArray();
    }

    private static byte[] MetadataVersions(Block block, byte[] arguments)
    {
        var writer = new ScaleWriter();
        writer.WriteLength(1);
        writer.WriteUInt32((uint)block.Runtime.Metadata.Version);
        return writer.ToArray();
    }

    private static byte[] MetadataAtVersion(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        var wanted = reader.ReadUInt32();
        reader.RequireEnd();
        var has = wanted == (uint)block.Runtime.Metadata.Version;
        return has ? [1, .. Opaque(block.Runtime.MetadataBytes.Span)] : [0];
    }

    private static byte[] AccountNonce(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        var who = new AccountId(reader.ReadBytes(32));
        reader.RequireEnd();
        var writer = new ScaleWriter();
        writer.WriteUInt32(new AccountRecord(
            block.State.Read(block.Layout.Metadata, "System", "Account", who.ToValue())!).Nonce);
        return writer.ToArray();
    }

    private static byte[] QueryInfo(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        var body = new ScaleWriter();
        body.WriteByteList(reader.ReadByteList());
        var length = reader.ReadUInt32();
        reader.RequireEnd();
        var call = ExtrinsicReader.Decode(block.Runtime.Metadata, body.Written).RuntimeCall;
        return Info(call, length);
    }

    private static byte[] QueryCallInfo(Block block, byte[] arguments)
    {
        var metadata = block.Runtime.Metadata;
        var reader = new ScaleReader(arguments);
        var call = ValueReader.Read(metadata.Types, metadata.Extrinsic.Call, ref reader);
        var length = reader.ReadUInt32();
        reader.RequireEnd();
        return Info(call, length);
    }

    // RuntimeDispatchInfo: weight, class, and the fee in the runtime's u64 balance.
    private static byte[] Info(ScaleValue call, uint length)
    {
        var writer = new ScaleWriter();
        writer.WriteCompact(CallWeight.Of(call));
        writer.WriteCompact(0);
        writer.WriteByte(NormalClass);
        writer.WriteUInt64(Fees.Of(length, call));
        return writer.ToArray();
    }

    // FeeDetails: an option of base, length and weight fee.
    private static byte[] QueryFeeDetails(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        var body = new ScaleWriter();
        body.WriteByteList(reader.ReadByteList());
        var length = reader.ReadUInt32();
        reader.RequireEnd();
        var call = ExtrinsicReader.Decode(block.Runtime.Metadata, body.Written).RuntimeCall;
        var writer = new ScaleWriter();
        if (CallWeight.IsFree(call))
        {
            writer.WriteOption(false);
            return writer.ToArray();
        }

        var weight = CallWeight.Of(call);
        writer.WriteOption(true);
        writer.WriteUInt64(Fees.ToRao(CallWeight.Base));
        writer.WriteUInt64(length);
        writer.WriteUInt64(Fees.Of(length, weight) - length - Fees.ToRao(CallWeight.Base));
        return writer.ToArray();
    }
}
