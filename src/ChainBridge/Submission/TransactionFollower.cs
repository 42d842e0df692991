using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Extrinsics;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Rpc;

namespace Gateway.ChainBridge.Submission;

/// <summary>Hands a signed transaction to a node and follows it until finalized blocks tell its fate. What the node's
/// pool says on the way only shortens the waiting.</summary>
internal sealed class TransactionFollower(NodeApi node, RuntimeSource runtimes, TimeProvider time, TimeSpan poll)
{
    /// <summary>Sends the transaction and follows it. A node that falls silent, or has the transaction already, is no
    /// reason to stop: whether it arrived, only blocks can say.</summary>
    /// <param name="transaction">What to send.</param>
    /// <param name="bornAt">The finalized block it was signed at; it can stand in no earlier one.</param>
    /// <param name="cancellationToken">Stops following; the transaction may happen all the same.</param>
    /// <exception cref="RpcException">The node refused the transaction, or contradicted itself later.</exception>
    /// <exception cref="RuntimeDriftException">The block's events cannot be judged.</exception>
    public async Task<TransactionFate> SendAsync(
        SignedExtrinsic transaction, uint bornAt, CancellationToken cancellationToken)
    {
        var watch = await SubmitAsync(transaction, cancellationToken);
        try
        {
            return await FollowAsync(transaction, bornAt, watch, cancellationToken);
        }
        finally
        {
            if (watch is not null)
            {
                await node.Endpoint.UnsubscribeAsync(watch, "author_unwatchExtrinsic", cancellationToken);
            }
        }
    }

    /// <summary>Follows a transaction that was sent before.</summary>
    /// <inheritdoc cref="SendAsync" path="/param"/>
    /// <inheritdoc cref="SendAsync" path="/exception"/>
    public Task<TransactionFate> FollowAsync(
        SignedExtrinsic transaction, uint bornAt, CancellationToken cancellationToken) =>
        FollowAsync(transaction, bornAt, watch: null, cancellationToken);

    private async Task<RpcSubscription<PoolStatus>?> SubmitAsync(
        SignedExtrinsic transaction, CancellationToken cancellationToken)
    {
        try
        {
            return await node.SubmitAndWatchAsync(transaction.Bytes, cancellationToken);
        }
        catch (RpcException failure) when (failure.Fault is RpcFault.Disconnected or RpcFault.TimedOut
            || failure.Code is RpcErrorCode.AlreadyKnown)
        {
            return null;
        }
    }

    private async Task<TransactionFate> FollowAsync(
        SignedExtrinsic transaction,
        uint bornAt,
        RpcSubscription<PoolStatus>? watch,
        CancellationToken cancellationToken)
    {
        var era = transaction.Terms.Era;
        var last = era.IsImmortal ? uint.MaxValue : era.Death(bornAt) - 1;
        var search = new TransactionSearch(node, runtimes, transaction.Hash, bornAt, last);
        while (true)
        {
            try
            {
                if (await search.AdvanceAsync(cancellationToken) is { } fate)
                {
                    return fate;
                }
            }
            catch (RpcException failure)
                when (failure.Fault is RpcFault.Disconnected or RpcFault.TimedOut or RpcFault.Busy)
            {
                // Asked again after the next pause.
            }

            await WaitAsync(watch, cancellationToken);
        }
    }

    [SuppressMessage("Reliability", "CA2025", Justification = "Both tasks have ended when their source is disposed.")]
    private async Task WaitAsync(RpcSubscription<PoolStatus>? watch, CancellationToken cancellationToken)
    {
        using var done = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(poll, time, done.Token);
        var hint = watch is null ? pause : FinalityHintAsync(watch, pause, done.Token);
        _ = await Task.WhenAny(pause, hint);
        await done.CancelAsync();
        await Task.WhenAll(pause, hint).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static async Task FinalityHintAsync(
        RpcSubscription<PoolStatus> watch, Task otherwise, CancellationToken cancellationToken)
    {
        while (await watch.Notices.WaitToReadAsync(cancellationToken))
        {
            while (watch.Notices.TryRead(out var status))
            {
                if (status.Kind == PoolStatusKind.Finalized)
                {
                    return;
                }
            }
        }

        // The watch has ended; from here on there is only polling.
        await otherwise;
    }
}
