using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain.Calls;

namespace Gateway.DevNet.Chain.Transactions;

/// <summary>What transactions pay: a rao a byte and a rao for 2,000 picoseconds, as on the network at spec 218.
/// </summary>
internal static class Fees
{
    private const ulong WeightPerRao = 2000;

    /// <summary>Rao, without a tip.</summary>
    /// <param name="length">Bytes of the extrinsic.</param>
    /// <param name="weight">Of the call alone.</param>
    public static ulong Of(uint length, ulong weight) => length + ToRao(CallWeight.Base + weight);

    /// <summary>Rao for a call, without a tip; nothing for a free one.</summary>
    /// <param name="length">Bytes of the extrinsic.</param>
    /// <param name="call">The call.</param>
    public static ulong Of(uint length, ScaleValue call) =>
        CallWeight.IsFree(call) ? 0 : Of(length, CallWeight.Of(call));

    public static ulong ToRao(ulong weight) => weight / WeightPerRao;
}
