using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Payouts;
using Gateway.ChainBridge.Scale;

namespace Gateway.ChainBridge.Weights;

/// <summary>What a validator speaks with in all its subnets: one hotkey, whose nonces they share, and one log.
/// </summary>
internal sealed record VoiceParts(
    ChainConnection Chain, WeightLog Log, IKeypair Key, IWeightSource Source, TimeProvider Time)
{
    // Short, so that what got lost on its way can be said again within its epoch; the shortest era there is is 4.
    private const int LongestEra = 16;
    private const int ShortestEra = 4;

    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The hotkey, SS58.</summary>
    public string Hotkey { get; } = Ss58.Encode(Key.PublicKey);

    /// <summary>Its account.</summary>
    public ReadOnlyMemory<byte> Account { get; } = Key.PublicKey.ToArray();

    /// <summary>Signs a call into the log, from where it is sent; false when the node is behind what another showed.
    /// </summary>
    /// <param name="call">What is said.</param>
    /// <param name="word">The same for the log, without its extrinsic.</param>
    /// <param name="left">Blocks until it would be said too late.</param>
    /// <param name="head">The chain.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<bool> SignAsync(
        ScaleValue.Case call,
        (WeightWord Word, ulong Epoch, WeightsCommitment Said) word,
        ulong left,
        FinalState head,
        CancellationToken cancellationToken)
    {
        var next = (await head.AccountAsync(Hotkey, cancellationToken)).Nonce;
        if (next < Log.NextNonce)
        {
            return false;
        }

        var used = Log.Open.Select(entry => entry.Extrinsic.Nonce).ToHashSet();
        while (used.Contains(next))
        {
            next++;
        }

        var period = LongestEra;
        while (period > ShortestEra && (ulong)period > left)
        {
            period /= 2;
        }

        var terms = new TransactionTerms(next, Era.Mortal(head.Height, period), head.Hash);
        var signed = ExtrinsicSigner.Sign(head.Runtime, call, terms, Key);
        Log.Signed(
            new()
            {
                Word = word.Word,
                NetUid = word.Said.Index,
                Extrinsic = new SignedOrder(signed.Bytes, signed.Hash.ToString(), next, head.Height),
                Last = head.Height + (uint)period - 1,
                Epoch = word.Epoch,
                Said = word.Said,
            },
            Now);
        return true;
    }
}
