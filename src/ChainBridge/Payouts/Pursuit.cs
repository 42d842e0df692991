using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Submission;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Follows one extrinsic of ours, sending the same bytes again and again, until finalized blocks of as many
/// nodes as must agree tell its fate.</summary>
/// <param name="chain">The nodes.</param>
/// <param name="wallet">The account that signed.</param>
/// <param name="extrinsic">What was signed.</param>
/// <param name="last">The last block it is valid for.</param>
internal sealed class Pursuit(ChainConnection chain, string wallet, SignedOrder extrinsic, uint last)
{
    private const int RoundsBetweenSends = 5;

    private readonly Hash256 _hash = Hash256.TryParse(extrinsic.Hash, out var hash)
        ? hash
        : throw new InvalidDataException($"{extrinsic.Hash} is no hash.");

    private int _rounds;
    private TransactionSearch? _search;
    private NodeApi? _node;

    /// <summary>The extrinsic that is followed.</summary>
    public string Hash => extrinsic.Hash;

    /// <summary>Whether a node has taken it from us.</summary>
    public bool WasSent { get; private set; }

    /// <summary>The pursuit of an extrinsic of the signer's log.</summary>
    public static Pursuit Of(SignerParts parts, LogEntry entry) => new(
        parts.Chain, entry.Wallet, entry.Extrinsic, entry.Extrinsic.BornAt + Era.UsualPeriod - 1);

    /// <summary>One look, and a send when it is time.</summary>
    /// <exception cref="RpcException">No answer; asked again later.</exception>
    public async Task<PursuitNews> AdvanceAsync(CancellationToken cancellationToken)
    {
        if (_rounds++ % RoundsBetweenSends == 0)
        {
            await SendAsync(cancellationToken);
        }

        // The nonce first: blocks that are looked through afterwards reach at least as far as what it counts.
        var head = await FinalState.ReadAsync(chain, cancellationToken);
        var next = (await head.AccountAsync(wallet, cancellationToken)).Nonce;
        if (_search is null || _node != head.Node)
        {
            (_search, _node) = (SearchAt(head.Node), head.Node);
        }

        var fate = await _search.AdvanceAsync(cancellationToken);
        if (fate is null)
        {
            return new(null, IsNonceTaken: next > extrinsic.Nonce);
        }

        return new(await IsAgreedAsync(head.Node, fate, cancellationToken) ? fate : null, IsNonceTaken: false);
    }

    private TransactionSearch SearchAt(NodeApi node) =>
        new(node, chain.Runtimes, _hash, extrinsic.BornAt, last);

    // One node alone may lie about what is final; nothing is booked on its word.
    private async Task<bool> IsAgreedAsync(
        NodeApi first, TransactionFate fate, CancellationToken cancellationToken)
    {
        var others = chain.Options.RequireAgreement - 1;
        foreach (var node in chain.Pool.Connected.Where(node => node != first))
        {
            if (others == 0)
            {
                break;
            }

            if (IsSame(fate, await SearchAt(node).AdvanceAsync(cancellationToken)))
            {
                others--;
            }
        }

        return others == 0;
    }

    private static bool IsSame(TransactionFate fate, TransactionFate? other) => (fate, other) switch
    {
        (TransactionFate.Included one, TransactionFate.Included two) => one.Block == two.Block
            && one.Index == two.Index && one.Outcome.IsSuccess == two.Outcome.IsSuccess,
        (TransactionFate.Expired, TransactionFate.Expired) => true,
        _ => false,
    };

    // What a node answers is no proof of anything, and a refusal no reason to stop: blocks decide.
    private async Task SendAsync(CancellationToken cancellationToken)
    {
        foreach (var node in chain.Pool.Connected)
        {
            try
            {
                _ = await node.SubmitAsync(extrinsic.Bytes, cancellationToken);
                WasSent = true;
            }
            catch (RpcException failure)
            {
                WasSent |= failure.Code == RpcErrorCode.AlreadyKnown;
            }
        }
    }
}

/// <summary>What is known of an extrinsic.</summary>
/// <param name="Fate">Its end; null while it is open.</param>
/// <param name="IsNonceTaken">Whether another transaction has its nonce in a finalized block: it can never be included,
/// and somebody else signs for the wallet.</param>
internal readonly record struct PursuitNews(TransactionFate? Fate, bool IsNonceTaken);
