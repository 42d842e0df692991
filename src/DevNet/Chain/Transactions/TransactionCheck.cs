using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Runtime;
using Gateway.DevNet.Chain.State;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>What a runtime checks before it runs a transaction, at submission and again in the block: signature, era,
/// nonce, fee. Genesis, spec and transaction version are part of what is signed, so another one is a bad signature.
/// </summary>
internal static class TransactionCheck
{
    private static readonly Verdict.Invalid BadProof = new("Transaction has a bad signature", 4);
    private static readonly Verdict.Invalid Stale = new("Transaction is outdated", 3);
    private static readonly Verdict.Invalid Ancient = new("Transaction has an ancient birth block", 5);
    private static readonly Verdict.Invalid NotExpected = new("Transaction call is not expected", 0);

    private static readonly Verdict.Invalid Unpaid =
        new("Inability to pay some fees (e.g. account balance too low)", 1);

    /// <param name="context">The runtime and chain.</param>
    /// <param name="state">The state the transaction would run on.</param>
    /// <param name="block">The height of the block it would be in.</param>
    /// <param name="bytes">Length and body.</param>
    public static Verdict Of(RuntimeContext context, IStateReader state, uint block, ReadOnlySpan<byte> bytes)
    {
        try
        {
            var transaction = ExtrinsicReader.Decode(context.Metadata, bytes);
            return transaction.Signed is { } signed
                ? OfSigned(context, state, block, transaction, signed, bytes.Length)
                : NotExpected;
        }
        catch (Exception failure) when (failure is ScaleException or RuntimeDriftException)
        {
            return new Verdict.Invalid($"Transaction cannot be decoded: {failure.Message}", 0);
        }
    }

    private static Verdict OfSigned(
        RuntimeContext context,
        IStateReader state,
        uint block,
        DecodedExtrinsic transaction,
        SignedPart signed,
        int length)
    {
        if (transaction is { Pallet: "Timestamp" })
        {
            return new Verdict.Invalid("A call was labelled as mandatory, but resulted in an Error.", 8);
        }

        if (!TryBirthHash(context, state, block, signed.Era, out var birth))
        {
            return Ancient;
        }

        var terms = new TransactionTerms(signed.Nonce, signed.Era, birth, signed.Tip);
        var payload = SigningPayload.Of(
            transaction.CallBytes.Span, signed.ExtraBytes.Span, ExtensionBytes.Additional(context, terms));
        return signed.IsSignatureOf(payload)
            ? OfAccount(context.Metadata, state, transaction, signed, length)
            : BadProof;
    }

    private static Verdict OfAccount(
        RuntimeMetadata metadata, IStateReader state, DecodedExtrinsic transaction, SignedPart signed, int length)
    {
        var who = new AccountId(signed.Account.Span);
        var account = new AccountRecord(state.Read(metadata, "System", "Account", who.ToValue())!);
        var tip = (ulong)UInt128.Min(signed.Tip, ulong.MaxValue / 2);
        var fee = Fees.Of((uint)length, transaction.RuntimeCall) + tip;
        if (signed.Nonce < account.Nonce)
        {
            return Stale;
        }

        var least = metadata.Constant("Balances", "ExistentialDeposit").ToUInt64();
        return fee > 0 && account.Free < fee + least ? Unpaid
            : signed.Nonce > account.Nonce ? new Verdict.Future(who, signed.Nonce, tip)
            : new Verdict.Valid(who, signed.Nonce, fee, tip, transaction);
    }

    private static bool TryBirthHash(
        RuntimeContext context, IStateReader state, uint block, Era era, out Hash256 hash)
    {
        hash = context.Genesis;
        if (era.IsImmortal)
        {
            return true;
        }

        var stored = state.Find(
            StorageKeys.Of(context.Metadata, "System", "BlockHash", ScaleValue.Of(era.Birth(block))));
        hash = stored is null ? default : new Hash256(stored);
        return stored is not null;
    }
}
