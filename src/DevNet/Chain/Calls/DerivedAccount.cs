using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;

namespace Gateway.DevNet.Chain.Calls;

/// <summary>Accounts that no key signs for: BLAKE2b-256 of the utility pallet's prefix and what they are made of
/// (paritytech/polkadot-sdk, substrate/frame/utility and multisig).</summary>
internal static class DerivedAccount
{
    private static ReadOnlySpan<byte> Prefix => "modlpy/utilisuba"u8;

    /// <summary>The account an owner reaches by <c>Utility.as_derivative</c>.</summary>
    public static AccountId OfIndex(AccountId owner, ushort index)
    {
        var writer = Begin();
        writer.WriteBytes(owner.ToArray());
        writer.WriteUInt16(index);
        return End(writer);
    }

    /// <summary>The account that some of several signatories control together.</summary>
    /// <param name="signatories">In the order of their bytes.</param>
    /// <param name="threshold">How many must agree.</param>
    public static AccountId OfMultisig(IReadOnlyCollection<AccountId> signatories, ushort threshold)
    {
        var writer = Begin();
        writer.WriteLength(signatories.Count);
        foreach (var one in signatories)
        {
            writer.WriteBytes(one.ToArray());
        }

        writer.WriteUInt16(threshold);
        return End(writer);
    }

    private static ScaleWriter Begin()
    {
        var writer = new ScaleWriter();
        writer.WriteBytes(Prefix);
        return writer;
    }

    private static AccountId End(ScaleWriter writer) => new(Hash256.Of(writer.Written).Bytes);
}
