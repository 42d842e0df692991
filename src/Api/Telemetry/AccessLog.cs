using System.Buffers;
using System.Text.Json;
using System.Threading.Channels;
using Gateway.Api.Hosting;

namespace Gateway.Api.Telemetry;

/// <summary>Writes the access log behind the requests' backs: they leave a line in a bounded queue and never wait. What
/// the queue cannot take is dropped, counted and told.</summary>
internal sealed partial class AccessLog : BackgroundService
{
    /// <summary>The setting's value for none.</summary>
    public const string Off = "off";

    /// <summary>The setting's value for standard output.</summary>
    public const string StandardOutput = "stdout";

    /// <summary>Lines that may wait.</summary>
    public const int MaxWaiting = 8192;

    private const int BatchBytes = 64 * 1024;

    private readonly Channel<AccessLine> _lines = Channel.CreateBounded<AccessLine>(
        new BoundedChannelOptions(MaxWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private readonly Func<Stream> _open;
    private readonly GatewayMetrics _metrics;
    private readonly ILogger<AccessLog> _logger;
    private long _dropped;
    private bool _isBroken;

    public AccessLog(GatewaySettings settings, GatewayMetrics metrics, ILogger<AccessLog> logger)
        : this(OpenerOf(settings.AccessLog), metrics, logger) => IsOn = settings.AccessLog != Off;

    /// <param name="open">Opens what is written to, for one batch: a file that was moved away is made anew.</param>
    /// <param name="metrics">Counts what is dropped.</param>
    /// <param name="logger">Tells of it.</param>
    internal AccessLog(Func<Stream> open, GatewayMetrics metrics, ILogger<AccessLog> logger)
    {
        (_open, _metrics, _logger) = (open, metrics, logger);
        IsOn = true;
    }

    /// <summary>Whether anybody reads it.</summary>
    public bool IsOn { get; }

    /// <summary>Takes a line, or drops it. Never waits.</summary>
    public void Add(AccessLine line)
    {
        if (!_lines.Writer.TryWrite(line))
        {
            Drop(1);
        }
    }

    /// <summary>Writes what is left, then ends.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        _lines.Writer.TryComplete();
        if (ExecuteTask is { } running)
        {
            await running.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await base.StopAsync(cancellationToken);
    }

    // Ends with the queue, not with the host: the last requests' lines come while it stops.
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!IsOn)
        {
            return;
        }

        var batch = new ArrayBufferWriter<byte>(BatchBytes);
        await using var writer = new Utf8JsonWriter(batch);
        while (await _lines.Reader.WaitToReadAsync(CancellationToken.None))
        {
            var count = Gather(batch, writer);
            await WriteAsync(batch.WrittenMemory, count);
            batch.ResetWrittenCount();
            Tell();
        }
    }

    private static Func<Stream> OpenerOf(string target) => target == StandardOutput
        ? Console.OpenStandardOutput
        : () => OwnerOnly.AppendFile(Path.GetFullPath(target));

    private int Gather(ArrayBufferWriter<byte> batch, Utf8JsonWriter writer)
    {
        var count = 0;
        while (batch.WrittenCount < BatchBytes && _lines.Reader.TryRead(out var line))
        {
            writer.Reset(batch);
            line.Write(writer);
            writer.Flush();
            batch.Write("\n"u8);
            count++;
        }

        return count;
    }

    private async Task WriteAsync(ReadOnlyMemory<byte> bytes, int lines)
    {
        try
        {
            await using var stream = _open();
            await stream.WriteAsync(bytes, CancellationToken.None);
            _isBroken = false;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Drop(lines);
            if (!_isBroken)
            {
                Log.NotWritten(_logger, failure.GetType().Name);
            }

            _isBroken = true;
        }
    }

    private void Drop(long lines)
    {
        Interlocked.Add(ref _dropped, lines);
        _metrics.CountDropped(lines);
    }

    private void Tell()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            Log.Dropped(_logger, dropped);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(5700, LogLevel.Warning, "{Count} lines of the access log were dropped")]
        public static partial void Dropped(ILogger logger, long count);

        [LoggerMessage(5701, LogLevel.Error, "The access log cannot be written ({Failure}); lines are dropped")]
        public static partial void NotWritten(ILogger logger, string failure);
    }
}
