using System.Text.Json.Nodes;
using Gateway.ChainBridge.Blocks;
using Gateway.DevNet.Chain;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.JsonRpc;

/// <summary>What becomes of a transaction.</summary>
internal sealed class ExtrinsicSubscription(DevChain chain, Action<TransactionStatus> listener)
    : Subscription("author_extrinsicUpdate")
{
    private Hash256 _hash;

    /// <exception cref="RpcException">The pool did not take it.</exception>
    public void Submit(byte[] bytes) => _hash = AuthorMethods.Require(chain.Submit(bytes, listener)).Hash;

    public override void End() => chain.Unwatch(_hash, listener);

    public static JsonNode Message(TransactionStatus status)
    {
        var name = status.Kind.ToString();
        var key = char.ToLowerInvariant(name[0]) + name[1..];
        return status.Hash == default ? key : new JsonObject { [key] = status.Hash.ToString() };
    }
}
