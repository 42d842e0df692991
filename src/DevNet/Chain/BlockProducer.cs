using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Gateway.DevNet.Chain;

/// <summary>Makes blocks: one each block time, or with a block time of zero one whenever a transaction came.</summary>
internal sealed partial class BlockProducer : IAsyncDisposable
{
    private readonly DevChain _chain;
    private readonly TimeSpan _blockTime;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    private readonly Channel<bool> _wanted = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public BlockProducer(DevChain chain, TimeSpan blockTime, TimeProvider time, ILogger logger)
    {
        _chain = chain;
        _blockTime = blockTime;
        _time = time;
        _logger = logger;
        chain.Submitted += Want;
        _loop = Task.Run(() => blockTime == TimeSpan.Zero ? OnDemandAsync() : OnTimeAsync());
    }

    /// <summary>Makes no further block.</summary>
    public async ValueTask DisposeAsync()
    {
        _chain.Submitted -= Want;
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private void Want() => _wanted.Writer.TryWrite(true);

    private async Task OnTimeAsync()
    {
        using var timer = new PeriodicTimer(_blockTime, _time);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token))
            {
                Produce();
            }
        }
        catch (OperationCanceledException)
        {
            // The chain is closed.
        }
    }

    private async Task OnDemandAsync()
    {
        try
        {
            await foreach (var _ in _wanted.Reader.ReadAllAsync(_stop.Token))
            {
                Produce();
            }
        }
        catch (OperationCanceledException)
        {
            // The chain is closed.
        }
    }

    // A chain that stops for ever because of one block would be worse than a block that is missing.
    private void Produce()
    {
        if (_chain.IsStalled)
        {
            return;
        }

        try
        {
            _ = _chain.Produce();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.Failed(_logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(7011, LogLevel.Error, "DevNet simulator: no block could be made")]
        internal static partial void Failed(ILogger logger, Exception failure);
    }
}
