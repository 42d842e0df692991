using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.Faucet;

/// <summary>Gives coins of the simulated chain away: real transfers, signed by the development account that everybody
/// has the key of.</summary>
internal sealed class ChainFaucet(DevChain chain) : IDisposable
{
    /// <summary>The secret URI of the account it pays from.</summary>
    public const string Uri = "//Alice";

    private readonly Sr25519Keypair _pair = Sr25519Keypair.FromUri(Uri);
    private readonly Lock _gate = new();

    /// <summary>Sends a transfer of some rao; it is in one of the next blocks.</summary>
    public Submission Send(AccountId to, ulong amount)
    {
        // Two transfers must not take one nonce.
        lock (_gate)
        {
            var runtime = chain.Best.Runtime;
            var call = RuntimeCall.Of(
                runtime.Metadata,
                "Balances",
                "transfer_keep_alive",
                ("dest", RuntimeCall.AddressOf(to.ToArray())),
                ("value", ScaleValue.Of(amount)));
            var terms = TransactionTerms.Immortal(chain.NextNonce(new AccountId(_pair.PublicKey)));
            var signed = ExtrinsicSigner.Sign(runtime.ToContext(chain.Genesis), call, terms, _pair);
            return chain.Submit(signed.Bytes.ToArray());
        }
    }

    public void Dispose() => _pair.Dispose();
}
