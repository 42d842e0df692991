using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>The bytes that a transaction's signature is made of: call, extra and additional; when they are more than
/// 256, their BLAKE2b-256 (paritytech/polkadot-sdk, sp-runtime, generic/unchecked_extrinsic.rs).</summary>
internal static class SigningPayload
{
    private const int LongestUnhashed = 256;

    public static byte[] Of(ReadOnlySpan<byte> call, ReadOnlySpan<byte> extra, ReadOnlySpan<byte> additional)
    {
        byte[] payload = [.. call, .. extra, .. additional];
        if (payload.Length <= LongestUnhashed)
        {
            return payload;
        }

        var hash = new byte[32];
        Hashes.Blake2b256(payload, hash);
        return hash;
    }
}
