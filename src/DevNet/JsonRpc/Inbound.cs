using Gateway.DevNet.Chain.Blocks;
using Gateway.DevNet.Chain.Transactions;

namespace Gateway.DevNet.JsonRpc;

/// <summary>What a connection works off, one after the other: requests, and news of the chain. So an answer is on its
/// way before anything that follows from it.</summary>
internal abstract record Inbound
{
    private Inbound()
    {
    }

    public sealed record Request(byte[] Text) : Inbound;

    public sealed record Moved(ChainMove Move) : Inbound;

    public sealed record Final(IReadOnlyList<Block> Blocks) : Inbound;

    public sealed record Status(string Subscription, TransactionStatus Value) : Inbound;
}
