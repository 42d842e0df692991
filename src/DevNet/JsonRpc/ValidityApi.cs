using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.State;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.JsonRpc;

/// <summary>TaggedTransactionQueue_validate_transaction: whether a transaction could enter a pool. polkadot-api asks it
/// before it sends.</summary>
internal static class ValidityApi
{
    private const ulong Priority = 1;
    private const ulong Longevity = 64;

    /// <param name="block">The state it is judged by.</param>
    /// <param name="arguments">A source, length and body of an extrinsic, a block's hash.</param>
    /// <returns>A Result of ValidTransaction and TransactionValidityError (paritytech/polkadot-sdk, sp-runtime,
    /// transaction_validity.rs).</returns>
    public static byte[] Validate(Block block, byte[] arguments)
    {
        var reader = new ScaleReader(arguments);
        _ = reader.ReadByte();
        var extrinsic = new ScaleWriter();
        extrinsic.WriteByteList(reader.ReadByteList());
        _ = reader.ReadBytes(Hash256.Length);
        reader.RequireEnd();

        // As the next block begins: it knows its parent's hash.
        var next = new StateOverlay(block.State);
        new TypedState(block.Runtime.Metadata, next).Set(
            "System", "BlockHash", ScaleValue.Of(block.Hash.Bytes), ScaleValue.Of(block.Number));
        var context = block.Runtime.ToContext(GenesisOf(block, next));
        return TransactionCheck.Of(context, next, block.Number + 1, extrinsic.Written) switch
        {
            Verdict.Valid valid => Good(valid.Who, valid.Nonce, isNext: true),
            Verdict.Future future => Good(future.Who, future.Nonce, isNext: false),
            Verdict.Invalid invalid => [1, 0, invalid.Code],
            var other => throw new InvalidOperationException($"{other} is no verdict."),
        };
    }

    private static byte[] Good(Chain.AccountId who, uint nonce, bool isNext)
    {
        var writer = new ScaleWriter();
        writer.WriteByte(0);
        writer.WriteUInt64(Priority);
        WriteTags(writer, isNext ? [] : [(who, nonce - 1)]);
        WriteTags(writer, [(who, nonce)]);
        writer.WriteUInt64(Longevity);
        writer.WriteOption(true);
        return writer.ToArray();
    }

    // A tag is sender and nonce, as CheckNonce makes it.
    private static void WriteTags(ScaleWriter writer, (Chain.AccountId Who, uint Nonce)[] tags)
    {
        writer.WriteLength(tags.Length);
        foreach (var (who, nonce) in tags)
        {
            var tag = new ScaleWriter();
            tag.WriteBytes(who.ToArray());
            tag.WriteUInt32(nonce);
            writer.WriteByteList(tag.Written);
        }
    }

    private static Hash256 GenesisOf(Block block, StateOverlay next) => new(next.Find(
        StorageKeys.Of(block.Runtime.Metadata, "System", "BlockHash", ScaleValue.Of(0u))));
}
