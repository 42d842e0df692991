using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Watcher;

/// <summary>Keeps a subscription to heads on a node that is connected, another one when that falls silent, and passes
/// the newest head on. Heads are hints: some may be missing, and none is believed.</summary>
internal sealed partial class HeadListener(
    NodePool pool,
    Func<NodeApi, CancellationToken, Task<RpcSubscription<BlockHeader>>> subscribe,
    string unsubscribe,
    Func<NodeApi, BlockHeader, CancellationToken, Task> heard,
    (TimeProvider Clock, ILogger Log) told)
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Listens until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await ListenAsync(pool.Preferred, cancellationToken);
            }
            catch (Exception failure) when (
                failure is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Polling goes on; the next node, or the same one, is tried after a pause. Whatever a node or the
                // store of those who listen does, it is listened to again.
                Log.Lost(told.Log, unsubscribe, failure.Message);
            }

            await Task.Delay(Pause, told.Clock, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task ListenAsync(NodeApi node, CancellationToken cancellationToken)
    {
        var subscription = await subscribe(node, cancellationToken);
        try
        {
            while (await subscription.Notices.WaitToReadAsync(cancellationToken).AsTask()
                .WaitAsync(Silence, told.Clock, cancellationToken))
            {
                BlockHeader? newest = null;
                while (subscription.Notices.TryRead(out var header))
                {
                    newest = header;
                }

                if (newest is not null)
                {
                    await heard(node, newest, cancellationToken);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
        finally
        {
            await node.Endpoint.UnsubscribeAsync(subscription, unsubscribe, CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3133, LogLevel.Debug, "Heads are listened to anew, after {Call}: {Reason}")]
        public static partial void Lost(ILogger logger, string call, string reason);
    }
}
