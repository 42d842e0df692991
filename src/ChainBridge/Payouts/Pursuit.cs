using System.Runtime.ExceptionServices;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
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

    private readonly Dictionary<NodeApi, TransactionSearch> _searches = [];
    private int _rounds;

    /// <summary>The extrinsic that is followed.</summary>
    public string Hash => extrinsic.Hash;

    /// <summary>Whether a node has taken it from us.</summary>
    public bool WasSent { get; private set; }

    /// <summary>The pursuit of an extrinsic of the signer's log.</summary>
    public static Pursuit Of(SignerParts parts, LogEntry entry) => new(
        parts.Chain, entry.Wallet, entry.Extrinsic, entry.Extrinsic.BornAt + Era.UsualPeriod - 1);

    /// <summary>One look, and a send when it is time.</summary>
    /// <exception cref="RpcException">No answer; asked again later.</exception>
    /// <exception cref="RuntimeDriftException">The events cannot be judged.</exception>
    public async Task<PursuitNews> AdvanceAsync(CancellationToken cancellationToken)
    {
        if (_rounds++ % RoundsBetweenSends == 0)
        {
            await SendAsync(cancellationToken);
        }

        // The nonce first: blocks that are looked through afterwards reach at least as far as what it counts.
        var head = await FinalState.ReadAsync(chain, cancellationToken);
        var next = (await head.AccountAsync(wallet, cancellationToken)).Nonce;
        var verdict = await VerdictAsync(head, cancellationToken);
        return verdict is { Fate: { } fate }
            ? new(fate, IsNonceTaken: false)
            : new(null, IsNonceTaken: verdict is not null && next > extrinsic.Nonce);
    }

    // One node alone may lie about what is final, about events, and about what no block has; so nothing is booked, and
    // nothing given up, on its word. A node that fails says nothing, and the others are asked all the same.
    private async Task<Look?> VerdictAsync(FinalState head, CancellationToken cancellationToken)
    {
        Exception? failure = null;
        var looks = new List<Look>();
        foreach (var node in head.Nodes)
        {
            try
            {
                looks.AddRange(await LookAsync(node, head.Height, cancellationToken));
            }
            catch (Exception one) when (one is RpcException or RuntimeDriftException)
            {
                failure ??= one;
                continue;
            }

            if (looks.Count > 0 && looks.Count(look => IsSame(look.Fate, looks[^1].Fate)) >= head.Agreement)
            {
                return looks[^1];
            }
        }

        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        return null;
    }

    // None when the node had not shown all blocks up to the height.
    private async Task<Look[]> LookAsync(NodeApi node, uint height, CancellationToken cancellationToken)
    {
        if (!_searches.TryGetValue(node, out var search))
        {
            search = new(node, chain.Runtimes, _hash, extrinsic.BornAt, last);
            _searches.Add(node, search);
        }

        var fate = await search.AdvanceAsync(cancellationToken);
        return fate is null && search.Seen < height ? [] : [new Look(fate)];
    }

    private static bool IsSame(TransactionFate? fate, TransactionFate? other) => (fate, other) switch
    {
        (TransactionFate.Included one, TransactionFate.Included two) => one.Block == two.Block
            && one.Index == two.Index && one.Outcome.IsSuccess == two.Outcome.IsSuccess
            && one.Events.SequenceEqual(two.Events),
        (TransactionFate.Expired, TransactionFate.Expired) or (null, null) => true,
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

    /// <summary>What a node shows; without a fate, that no finalized block has the extrinsic so far.</summary>
    private sealed record Look(TransactionFate? Fate);
}

/// <summary>What is known of an extrinsic.</summary>
/// <param name="Fate">Its end; null while it is open.</param>
/// <param name="IsNonceTaken">Whether another transaction has its nonce in a finalized block: it can never be included,
/// and somebody else signs for the wallet.</param>
internal readonly record struct PursuitNews(TransactionFate? Fate, bool IsNonceTaken);
