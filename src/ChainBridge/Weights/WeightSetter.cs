using System.Diagnostics.CodeAnalysis;
using Gateway.ChainBridge.Payouts;
using Microsoft.Extensions.Logging;

namespace Gateway.ChainBridge.Weights;

/// <summary>A validator's voice: sets weights by its hotkey, once an epoch in each subnet. Weights that a subnet wants
/// committed first are kept with their salt before the commitment is sent, and revealed in exactly its epoch; after any
/// crash the next process goes on where this one was.</summary>
/// <remarks>One process runs it for a hotkey: two would take each other's nonces.</remarks>
public sealed partial class WeightSetter : IDisposable
{
    private readonly KeyRing _keys;
    private readonly ChainConnection _chain;
    private readonly IWeightSource _source;
    private readonly WeightOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private WeightLog? _log;
    private IReadOnlyList<SubnetVoice> _voices = [];

    private WeightSetter(
        KeyRing keys,
        ChainConnection chain,
        IWeightSource source,
        WeightOptions options,
        (TimeProvider Time, ILogger Log) world)
    {
        (_keys, _chain, _source, _options) = (keys, chain, source, options);
        (_time, _logger) = world;
    }

    /// <summary>How it stands in each subnet; empty before the chain was reached. Safe to read at any time.</summary>
    public IReadOnlyList<WeightStatus> Status { get; private set; } = [];

    /// <summary>A setter that has not begun.</summary>
    /// <param name="keys">The validator's hotkey; it must outlive the setter.</param>
    /// <param name="chain">The nodes; they must outlive it too.</param>
    /// <param name="source">Whose word it speaks.</param>
    /// <param name="options">Where.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logs">For what goes wrong.</param>
    public static WeightSetter Open(
        KeyRing keys,
        ChainConnection chain,
        IWeightSource source,
        WeightOptions options,
        TimeProvider time,
        ILoggerFactory logs) =>
        new(keys, chain, source, options, (time, logs.CreateLogger<WeightSetter>()));

    /// <summary>Works until it is cancelled. What fails is tried again: source and chain may be away.</summary>
    /// <exception cref="InvalidDataException">The log is not what was written.</exception>
    /// <exception cref="UnauthorizedAccessException">Group or others may write the log.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _log ??= await OpenLogAsync(cancellationToken);
        while (!cancellationToken.IsCancellationRequested)
        {
            await TryRoundAsync(cancellationToken);
            await Task.Delay(_options.Poll, _time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Closes the log.</summary>
    public void Dispose() => _log?.Dispose();

    /// <summary>One look at the chain, and at most one step in each subnet.</summary>
    internal async Task RoundAsync(CancellationToken cancellationToken)
    {
        _log ??= await OpenLogAsync(cancellationToken);
        var head = await FinalState.ReadAsync(_chain, cancellationToken);
        var failures = new List<Exception>();
        foreach (var voice in _voices)
        {
            await SpeakAsync(voice, head, failures, cancellationToken);
        }

        Status = [.. _voices.Select(voice => voice.Status)];
        if (failures.Count > 0)
        {
            throw new AggregateException(failures);
        }
    }

    [SuppressMessage("Design", "CA1031", Justification = "One subnet's trouble keeps none of the others silent.")]
    private static async Task SpeakAsync(
        SubnetVoice voice, FinalState head, List<Exception> failures, CancellationToken cancellationToken)
    {
        try
        {
            await voice.RoundAsync(head, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            failures.Add(failure);
        }
    }

    // The log is this account's on this chain, so the chain must have said which it is.
    private async Task<WeightLog> OpenLogAsync(CancellationToken cancellationToken)
    {
        var genesis = await _chain.GenesisHashAsync(cancellationToken);
        var log = WeightLog.OpenIn(_options.Folder, _keys.Keypair.PublicKey.ToArray(), genesis);
        var parts = new VoiceParts(_chain, log, _keys.Keypair, _source, _time);
        _voices = [.. _options.Subnets.Select(subnet => new SubnetVoice(parts, subnet, _logger))];
        return log;
    }

    [SuppressMessage("Design", "CA1031", Justification = "The loop's top: whatever failed is tried again.")]
    private async Task TryRoundAsync(CancellationToken cancellationToken)
    {
        try
        {
            await RoundAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The end.
        }
        catch (Exception failure)
        {
            Log.RoundFailed(_logger, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(3185, LogLevel.Error, "A round of setting weights failed and is tried again")]
        public static partial void RoundFailed(ILogger logger, Exception failure);
    }
}
