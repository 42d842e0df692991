using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Submission;

namespace Gateway.ChainBridge.Payouts;

/// <summary>What all parts of the signer work with.</summary>
internal sealed record SignerParts(
    ChainConnection Chain,
    IPayoutQueue Queue,
    IHaltBook Halts,
    SignerLog Log,
    SignerOptions Options,
    TimeProvider Time)
{
    public DateTimeOffset Now => Time.GetUtcNow();

    /// <summary>The state of the chain at its newest finalized block.</summary>
    public Task<FinalState> AtHeadAsync(CancellationToken cancellationToken) =>
        FinalState.ReadAsync(Chain, cancellationToken);

    /// <summary>Whether a person let the wallet go on after this.</summary>
    public async Task<bool> IsLiftedAsync(string wallet, string cause, CancellationToken cancellationToken) =>
        (await Halts.OfAsync(wallet, cancellationToken)).Any(halt => halt.IsLifted && halt.Cause == cause);
}

/// <summary>Reads at one finalized block of one node.</summary>
internal sealed record FinalState(
    NodeApi Node, uint Height, Blocks.Hash256 Hash, Extrinsics.RuntimeContext Runtime)
{
    /// <summary>The newest finalized block, as the preferred node has it.</summary>
    /// <exception cref="RpcException">No answer, or one that contradicts itself.</exception>
    public static async Task<FinalState> ReadAsync(ChainConnection chain, CancellationToken cancellationToken)
    {
        var node = chain.Pool.Preferred;
        var hash = await node.FinalizedHeadAsync(cancellationToken);
        var header = await node.HeaderAsync(hash, cancellationToken);
        if (header is null || header.Hash() != hash)
        {
            throw new RpcException(RpcFault.Garbage, "The node's finalized head is another block than it says.");
        }

        var runtime = await chain.Runtimes.AtAsync(node, hash, cancellationToken);
        return new FinalState(node, header.Number, hash, runtime);
    }

    /// <summary>An account there.</summary>
    public Task<AccountState> AccountAsync(string address, CancellationToken cancellationToken) =>
        AccountState.ReadAsync(Node, Runtime, Accounts.Of(address), Hash, cancellationToken);
}
