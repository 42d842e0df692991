using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Keys;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Subnets;
using Gateway.DevNet.Chain.Transactions;
using Gateway.DevNet.Tests.Chain;

namespace Gateway.DevNet.Tests.Subnets;

/// <summary>Sends extrinsics to a chain that makes its blocks itself.</summary>
internal sealed class Sender(DevChain chain) : IDisposable
{
    private readonly Dictionary<string, Sr25519Keypair> _pairs = [];

    public void Register(string uri, string hotkey) => Send(
        uri, "burned_register", ("netuid", SubnetChain.Net), ("hotkey", TestChain.Account(hotkey).ToValue()));

    public void Serve(string uri, UInt128 ip) => Send(
        uri, "serve_axon",
        ("netuid", SubnetChain.Net), ("version", ScaleValue.Of(1u)), ("ip", ScaleValue.Of(ip)),
        ("port", ScaleValue.Of(8091u)), ("ip_type", ScaleValue.Of(4u)), ("protocol", ScaleValue.Of(4u)),
        ("placeholder1", ScaleValue.Of(0u)), ("placeholder2", ScaleValue.Of(0u)));

    public void Dispose()
    {
        foreach (var pair in _pairs.Values)
        {
            pair.Dispose();
        }
    }

    private void Send(string uri, string call, params ReadOnlySpan<(string Name, ScaleValue Value)> arguments)
    {
        if (!_pairs.TryGetValue(uri, out var pair))
        {
            _pairs.Add(uri, pair = Sr25519Keypair.FromUri(uri));
        }

        var runtime = chain.Best.Runtime;
        var signed = ExtrinsicSigner.Sign(
            runtime.ToContext(chain.Genesis),
            RuntimeCall.Of(runtime.Metadata, SubnetState.Pallet, call, arguments),
            TransactionTerms.Immortal(chain.NextNonce(TestChain.Account(uri))),
            pair);
        Assert.Equal(SubmissionOutcome.Taken, chain.Submit(signed.Bytes.ToArray()).Outcome);
    }
}
