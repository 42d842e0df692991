using System.Globalization;
using System.Text;
using Gateway.Api.Access;
using Gateway.Api.Wiring;
using Gateway.Billing;

namespace Gateway.Api.Telemetry;

/// <summary>GET /metrics: what this process counts, and what its parts say of themselves now.</summary>
internal sealed class MetricsEndpoint(
    GatewayMetrics metrics, Ledger ledger, Statements statements, MetricSources sources, ManagementListener listener,
    TimeProvider time) : IDisposable
{
    public const string Path = "/metrics";

    private static readonly string[] States = ["below_minimum", "awaiting_rate", "quarantined", "credited"];

    // Deposits are counted in the books: however often somebody scrapes, they are asked this rarely.
    private static readonly TimeSpan TallyEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TallyLimit = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private BooksTally? _tally;
    private long _talliedAt;

    public void Dispose() => _gate.Dispose();

    public async Task GetAsync(HttpContext context)
    {
        if (!listener.MayServeMetrics(context))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        var tally = await TallyAsync(context.RequestAborted);
        var text = new StringBuilder();
        metrics.Write(text);
        WriteBooks(text, tally);
        WriteChain(text);
        context.Response.ContentType = PrometheusText.MediaType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(text.ToString(), Encoding.UTF8, context.RequestAborted);
    }

    private void WriteBooks(StringBuilder text, BooksTally? tally)
    {
        var vitals = ledger.Vitals;
        PrometheusText.Single(text, "gateway_journal_lag_seconds",
            "How long the oldest record of the journal has waited to be in the books.", "gauge",
            PrometheusText.Seconds((long)vitals.JournalLag.TotalMicroseconds));
        PrometheusText.Single(text, "gateway_leased_nusd", "Credit that this process has leased, in nano-USD.",
            "gauge", Text(vitals.Leased.Value));
        PrometheusText.Single(text, "gateway_hotpath_sql_total",
            "Times that a call of a model waited for a store: for its key, or for credit that was not leased.",
            "counter", Text(vitals.BooksAsked + sources.Keys.StoreReads));

        // Nothing is given away in this version: the name stands so that a board can be built.
        PrometheusText.Single(text, "gateway_goodwill_nusd_total", "Credit given away, in nano-USD.", "counter", "0");
        if (tally is null)
        {
            return;
        }

        PrometheusText.Single(text, "gateway_uncollectible_nusd_total",
            "Charges that nobody pays for, in nano-USD, of all processes.", "counter",
            Text(tally.Uncollectible.Value));
        PrometheusText.Head(text, "gateway_deposits_total", "Deposits in each state now, of all processes.", "gauge");
        foreach (var state in States.Union(tally.Deposits.Keys, StringComparer.Ordinal))
        {
            PrometheusText.Sample(text, "gateway_deposits_total", PrometheusText.Label("state", state),
                tally.Deposits.GetValueOrDefault(state));
        }
    }

    private void WriteChain(StringBuilder text)
    {
        if (sources.Chain.Feed?.Status is { } status)
        {
            PrometheusText.Single(text, "gateway_chain_lag_blocks",
                "Finalized blocks that are not yet in the books.", "gauge",
                Text(Math.Max(0, status.Finalized - (status.Height ?? 0))));
        }
    }

    // Without the books the rest is told all the same, with what they said last.
    private async Task<BooksTally?> TallyAsync(CancellationToken ct)
    {
        await _gate.WaitAsync(ct);
        try
        {
            if (_tally is null || time.GetElapsedTime(_talliedAt) > TallyEvery)
            {
                _tally = await statements.TallyAsync(ct).WaitAsync(TallyLimit, time, ct);
                _talliedAt = time.GetTimestamp();
            }
        }
        catch (Exception failure) when (failure is BillingUnavailableException or TimeoutException)
        {
            _talliedAt = time.GetTimestamp();
        }
        finally
        {
            _gate.Release();
        }

        return _tally;
    }

    private static string Text(long value) => value.ToString(CultureInfo.InvariantCulture);
}

/// <summary>Parts that say of themselves how they do.</summary>
internal sealed record MetricSources(ChainWatch Chain, KeyDirectory Keys);
