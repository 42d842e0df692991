using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Gateway.Router.Planning;

namespace Gateway.Router.Traces;

/// <summary>Writes traces. Figures have six decimals; there is no prompt in it and nothing of its features.</summary>
internal static class TraceJson
{
    private const int Version = 1;
    private const double NanoPerUsd = 1e9;

    internal static byte[] Write(RouteTrace trace)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteNumber("v"u8, Version);
            writer.WriteString("request_id"u8, trace.Request.ToString());
            writer.WriteString("at"u8, trace.At.UtcDateTime.ToString(
                "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteNumber("snapshot"u8, trace.SnapshotVersion);
            WritePlan(writer, trace.Record, trace.Served);
            WriteAttempts(writer, trace.Attempts);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The members that tell how a plan came about.</summary>
    internal static void WritePlan(Utf8JsonWriter writer, PlanRecord record, Upstream? served)
    {
        writer.WriteNumber("gate"u8, record.GateVersion);
        writer.WriteString("seed"u8, record.Seed.ToString("x16", CultureInfo.InvariantCulture));
        WriteStrategy(writer, record);
        WriteMix(writer, record);
        writer.WriteNumber("eligible"u8, record.Eligible);
        writer.WriteNumber("below_shortlist"u8, Math.Max(0, record.Eligible - record.Facts.Length));
        writer.WriteStartObject("rejected"u8);
        foreach (var (reason, count) in RejectCounts.Named(record.Rejected))
        {
            writer.WriteNumber(reason, count);
        }

        writer.WriteEndObject();
        writer.WriteBoolean("exploration"u8, record.Decision.IsExploration);
        WriteCandidates(writer, record);
        writer.WriteString("reason"u8, Explanation.Of(record, served));
    }

    private static void WriteStrategy(Utf8JsonWriter writer, PlanRecord record)
    {
        writer.WriteStartObject("strategy"u8);
        writer.WriteString("asked"u8, StrategyNames.NameOf(record.Asked));
        writer.WriteString("used"u8, StrategyNames.NameOf(record.Used));
        writer.WriteString("because"u8, record.Because.Length > 0 ? record.Because : null);
        WriteFigure(writer, "points_per_second", record.Tradeoff.Time);
        WriteFigure(writer, "points_per_usd", record.Tradeoff.Cost);
        WriteFigure(writer, "points_per_full_load", record.Tradeoff.Load);
        writer.WriteEndObject();
    }

    private static void WriteMix(Utf8JsonWriter writer, PlanRecord record)
    {
        writer.WriteStartArray("task_mix"u8);
        for (var part = 0; part < record.Mix.Count; part++)
        {
            writer.WriteStartObject();
            writer.WriteNumber("cluster"u8, record.Mix.Cluster(part));
            WriteFigure(writer, "weight", record.Mix.Weight(part));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("languages"u8, record.Languages.ToString());

        // The incumbent policy, the best model on average, until scores by kind of work have proven themselves.
        writer.WriteString("policy"u8, record.TrustsClusters ? "pi1"u8 : "pi0"u8);
    }

    private static void WriteCandidates(Utf8JsonWriter writer, PlanRecord record)
    {
        writer.WriteStartArray("candidates"u8);
        for (var place = 0; place < record.Facts.Length; place++)
        {
            WriteCandidate(writer, record, place);
        }

        foreach (var (upstream, reason) in record.Named)
        {
            writer.WriteStartObject();
            WriteWho(writer, upstream);
            writer.WriteBoolean("chosen"u8, false);
            writer.WriteString("reason"u8, Rejects.NameOf(reason));
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteCandidate(Utf8JsonWriter writer, PlanRecord record, int place)
    {
        var facts = record.Facts[place];
        writer.WriteStartObject();
        WriteWho(writer, facts.Expert.Upstream);
        WriteFigure(writer, "th", facts.Ability);
        WriteFigure(writer, "h", facts.Integrity);
        WriteFigure(writer, "sd", facts.Doubt);
        WriteFigure(writer, "p", facts.Quality);
        WriteFigure(writer, "seconds", facts.Seconds);
        writer.WriteNumber("cost_nusd"u8, (long)Math.Min(Math.Round(facts.Usd * NanoPerUsd), long.MaxValue / 2));
        WriteFigure(writer, "load", facts.Load);
        if (place < record.Decision.Count)
        {
            WriteFigure(writer, "score", record.Decision[place].Score);
            WriteFigure(writer, "score_sd", record.Decision[place].Spread);
            WriteFigure(writer, "drawn", record.Decision[place].Drawn);
        }

        var role = record.RoleOf(facts);
        var isChosen = role is not null || facts.Slot == record.Decision.Slot;
        WriteFigure(writer, "propensity", record.PropensityOf(facts));
        writer.WriteBoolean("chosen"u8, isChosen);
        if (role is not null)
        {
            writer.WriteString("role"u8, role);
        }

        writer.WriteString("reason"u8, isChosen ? null : ReasonOf(record, place));
        writer.WriteEndObject();
    }

    private static string ReasonOf(PlanRecord record, int place) =>
        place == 0 && record.Moved.Length > 0 ? record.Moved
        : (record.Kin & (1u << place)) != 0 ? "same_operator"
        : "draw";

    private static void WriteWho(Utf8JsonWriter writer, Upstream upstream)
    {
        writer.WriteString("expert"u8, upstream.Name);
        writer.WriteString("model"u8, upstream.Model.Value);
        if (upstream.NetUid is { } netUid)
        {
            writer.WriteNumber("netuid"u8, netUid.Value);
        }

        if (upstream.Hotkey is { } hotkey)
        {
            writer.WriteString("hotkey"u8, hotkey.Ss58);
        }

        if (upstream.RegisteredAt is { } block)
        {
            writer.WriteNumber("registered"u8, block);
        }
    }

    private static void WriteAttempts(Utf8JsonWriter writer, IReadOnlyList<Attempt> attempts)
    {
        writer.WriteStartArray("attempts"u8);
        foreach (var attempt in attempts)
        {
            writer.WriteStartObject();
            writer.WriteString("expert"u8, attempt.Upstream.Name);
            writer.WriteString("outcome"u8, attempt.End switch
            {
                AttemptEnd.Complete => "complete",
                AttemptEnd.Failed => "failed",
                AttemptEnd.Cancelled => "cancelled",
            });
            writer.WriteString("reason"u8, attempt.Reason.Length > 0 ? attempt.Reason : null);
            if (attempt.Line > 0)
            {
                writer.WriteNumber("line"u8, attempt.Line);
            }

            if (attempt.TtftMs is { } ttft)
            {
                writer.WriteNumber("ttft_ms"u8, ttft);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteFigure(Utf8JsonWriter writer, string name, double figure)
    {
        writer.WritePropertyName(name);
        if (double.IsFinite(figure))
        {
            writer.WriteRawValue(figure.ToString("0.######", CultureInfo.InvariantCulture));
        }
        else
        {
            writer.WriteNullValue();
        }
    }
}
