namespace Gateway.ChainBridge.Payouts;

/// <summary>Which nonce an extrinsic takes: pure. What expired takes only the nonce that it had, so that of all its
/// extrinsics the chain can include one at most, whichever that is.</summary>
internal static class NonceRule
{
    /// <summary>Whether an order can never be paid any more with the nonce it had: the wallet is past it, so another
    /// transaction took it.</summary>
    /// <param name="own">The order's; null: it was never signed.</param>
    /// <param name="next">The wallet's next by a finalized block.</param>
    public static bool IsGone(long? own, long next) => own is { } nonce && nonce != next;

    /// <summary>The nonce to sign with, where it is not gone.</summary>
    /// <param name="own">The order's; null: it was never signed.</param>
    /// <param name="next">The wallet's next by a finalized block.</param>
    public static long Of(long? own, long next)
    {
#if MUTANTS
        if (Mutant.Is(20) && own is not null)
        {
            return next + 1;
        }
#endif
        return own ?? next;
    }
}
