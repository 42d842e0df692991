using System.Diagnostics;
using System.Diagnostics.Metrics;
using Gateway.Core;

namespace Gateway.Api.Telemetry;

/// <summary>The histograms of OpenTelemetry's GenAI conventions, of both generations. Without a listener they cost a
/// look each.</summary>
internal sealed class GenAiMetrics : IDisposable
{
    /// <summary>The meter's name.</summary>
    public const string Name = "Gateway.GenAi";

    private const string Seconds = "s";
    private const string Tokens = "{token}";
    private const string TokenType = "gen_ai.token.type";
    private const double MicrosPerSecond = 1_000_000;

    // The boundaries that the conventions advise.
    private static readonly InstrumentAdvice<double> Durations = new()
    {
        HistogramBucketBoundaries =
            [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    };

    private static readonly InstrumentAdvice<double> Paces = new()
    {
        HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5],
    };

    private static readonly InstrumentAdvice<long> Counts = new()
    {
        HistogramBucketBoundaries =
            [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    };

    private readonly Meter _meter = new(Name);
    private readonly Histogram<double>[] _durations;
    private readonly Histogram<double>[] _firsts;
    private readonly Histogram<double>[] _paces;
    private readonly Histogram<long>? _tokens;
    private readonly (Histogram<long> Histogram, Func<Usage, long> Of)[] _usage;

    public GenAiMetrics(GenAiMode mode)
    {
        _durations = Of(mode, Durations,
            ["gen_ai.client.operation.duration", "gen_ai.server.request.duration"],
            ["gen_ai.client.inference.duration"]);
        _firsts = Of(mode, Durations,
            ["gen_ai.server.time_to_first_token"], ["gen_ai.client.inference.time_to_first_chunk"]);
        _paces = Of(mode, Paces,
            ["gen_ai.server.time_per_output_token"], ["gen_ai.client.inference.time_per_output_chunk"]);
        _tokens = mode.HasFlag(GenAiMode.Older)
            ? _meter.CreateHistogram("gen_ai.client.token.usage", Tokens, advice: Counts)
            : null;
        _usage = mode.HasFlag(GenAiMode.Latest) ? UsageOfLatest() : [];
    }

    /// <summary>Records a call.</summary>
    /// <param name="tags">What it was.</param>
    /// <param name="usage">Its tokens; null: none were metered.</param>
    /// <param name="totalMicros">From its arrival to its end.</param>
    /// <param name="ttftMicros">To its first piece; null: no stream.</param>
    public void Record(in TagList tags, Usage? usage, long totalMicros, long? ttftMicros)
    {
        Record(_durations, totalMicros, tags);
        if (usage is { } tokens)
        {
            Record(tokens, tags);
        }

        if (ttftMicros is not { } first)
        {
            return;
        }

        Record(_firsts, first, tags);
        if (usage is { Output: > 1 and var output })
        {
            // The mean over an answer: a record for each token would cost each token.
            Record(_paces, (totalMicros - first) / (output - 1), tags);
        }
    }

    public void Dispose() => _meter.Dispose();

    private static void Record(Histogram<double>[] histograms, long micros, in TagList tags)
    {
        foreach (var histogram in histograms)
        {
            histogram.Record(micros / MicrosPerSecond, tags);
        }
    }

    private void Record(Usage usage, in TagList tags)
    {
        if (_tokens is { Enabled: true } tokens)
        {
            var (input, output) = (tags, tags);
            input.Add(TokenType, "input");
            output.Add(TokenType, "output");
            tokens.Record(usage.Input, input);
            tokens.Record(usage.Output, output);
        }

        foreach (var (histogram, of) in _usage)
        {
            histogram.Record(of(usage), tags);
        }
    }

    private Histogram<double>[] Of(
        GenAiMode mode, InstrumentAdvice<double> advice, string[] older, string[] latest) =>
        [.. (mode.HasFlag(GenAiMode.Older) ? older : []).Concat(mode.HasFlag(GenAiMode.Latest) ? latest : [])
            .Select(name => _meter.CreateHistogram(name, Seconds, advice: advice))];

    private (Histogram<long>, Func<Usage, long>)[] UsageOfLatest()
    {
        const string Prefix = "gen_ai.client.inference.usage.";
        return
        [
            (_meter.CreateHistogram(Prefix + "input_tokens", Tokens, advice: Counts), usage => usage.Input),
            (_meter.CreateHistogram(Prefix + "output_tokens", Tokens, advice: Counts), usage => usage.Output),
            (_meter.CreateHistogram(Prefix + "cache_read.input_tokens", Tokens, advice: Counts),
                usage => usage.Cached),
            (_meter.CreateHistogram(Prefix + "reasoning.output_tokens", Tokens, advice: Counts),
                usage => usage.Reasoning),
        ];
    }
}
