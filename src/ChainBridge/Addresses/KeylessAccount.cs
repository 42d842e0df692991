using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Addresses;

/// <summary>Accounts without a key of their own, computed as the runtime does (paritytech/polkadot-sdk, pallet-multisig
/// multi_account_id and pallet-utility derivative_account_id).</summary>
internal static class KeylessAccount
{
    private const int AccountLength = 32;
    private const int FewestSignatories = 2;

    private static ReadOnlySpan<byte> Label => "modlpy/utilisuba"u8;

    /// <summary>The account that acts when <paramref name="threshold"/> of the signatories agree.</summary>
    /// <param name="signatories">At least two different accounts in any order, 32 bytes each.</param>
    /// <param name="threshold">1 to the number of signatories.</param>
    public static byte[] Multisig(IEnumerable<ReadOnlyMemory<byte>> signatories, ushort threshold)
    {
        var sorted = Sort(signatories);
        ArgumentOutOfRangeException.ThrowIfZero(threshold);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threshold, sorted.Length);
        var preimage = new ScaleWriter();
        preimage.WriteBytes(Label);
        preimage.WriteLength(sorted.Length);
        foreach (var signatory in sorted)
        {
            preimage.WriteBytes(signatory.Span);
        }

        preimage.WriteUInt16(threshold);
        return Hash(preimage);
    }

    /// <summary>The account that <paramref name="parent"/> acts for by Utility.as_derivative of an index. Who knows the
    /// parent can link all its derivatives.</summary>
    public static byte[] Derivative(ReadOnlySpan<byte> parent, ushort index)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(parent.Length, AccountLength);
        var preimage = new ScaleWriter();
        preimage.WriteBytes(Label);
        preimage.WriteBytes(parent);
        preimage.WriteUInt16(index);
        return Hash(preimage);
    }

    private static ReadOnlyMemory<byte>[] Sort(IEnumerable<ReadOnlyMemory<byte>> signatories)
    {
        var sorted = signatories.ToArray();
        Array.Sort(sorted, static (left, right) => left.Span.SequenceCompareTo(right.Span));
        var isDuplicate = sorted.Zip(sorted.Skip(1)).Any(pair => pair.First.Span.SequenceEqual(pair.Second.Span));
        return sorted.Length >= FewestSignatories && !isDuplicate && sorted.All(one => one.Length == AccountLength)
            ? sorted
            : throw new ArgumentException("A multisig has at least two different accounts of 32 bytes.");
    }

    private static byte[] Hash(ScaleWriter preimage)
    {
        var account = new byte[AccountLength];
        Hashes.Blake2b256(preimage.Written, account);
        return account;
    }
}
