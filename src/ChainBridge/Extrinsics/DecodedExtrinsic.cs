using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Extrinsics;

/// <summary>A transaction, or an inherent, as it stands in a block.</summary>
/// <param name="Hash">BLAKE2b-256 of all its bytes.</param>
/// <param name="Signed">Null for inherents and other unsigned extrinsics.</param>
/// <param name="Pallet">Of the call.</param>
/// <param name="Call">Name and arguments.</param>
/// <param name="CallBytes">The call as it was encoded, for the signed payload.</param>
internal sealed record DecodedExtrinsic(
    Hash256 Hash, SignedPart? Signed, string Pallet, ScaleValue.Case Call, ReadOnlyMemory<byte> CallBytes)
{
    /// <summary>The call with its pallet, as <see cref="RuntimeCall"/> makes it.</summary>
    public ScaleValue.Case RuntimeCall => ScaleValue.CaseOf(Pallet, Call);
}
