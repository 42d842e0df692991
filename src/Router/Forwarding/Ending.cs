using System.Text.Json;
using Gateway.Core;
using Gateway.Router.Metering;

namespace Gateway.Router.Forwarding;

/// <summary>What an answer's end says about it: the usage with its price, and who answered.</summary>
/// <param name="Head">The answer's identity.</param>
/// <param name="Metered">What is billed.</param>
/// <param name="Charge">For how much.</param>
/// <param name="Reason">Why the answer was cut short, or else why this expert was asked; null when nobody can
/// say.</param>
/// <param name="OverheadMicros">Microseconds spent in the gateway itself, on streams.</param>
internal sealed record Ending(AnswerHead Head, Metered Metered, Charge Charge, string? Reason, long? OverheadMicros)
{
    /// <summary>The route as JSON, when the caller wants it in the answer.</summary>
    internal byte[]? Route { get; init; }

    /// <summary>How many expert calls the usage adds up.</summary>
    internal int Calls { get; init; } = 1;

    /// <summary>Members that the gateway adds about this answer, a JSON object; empty: none.</summary>
    internal ReadOnlyMemory<byte> Notes { get; init; }

    /// <summary>Writes the usage and what is the gateway's as an object's last members.</summary>
    internal void Write(Utf8JsonWriter writer)
    {
        writer.WritePropertyName("usage"u8);
        WriteUsage(writer);
        writer.WritePropertyName("x_gateway"u8);
        WriteGateway(writer);
    }

    internal void WriteUsage(Utf8JsonWriter writer)
    {
        var usage = Metered.Usage;
        writer.WriteStartObject();
        writer.WriteNumber("prompt_tokens"u8, usage.Input);
        writer.WriteNumber("completion_tokens"u8, usage.Output);
        writer.WriteNumber("total_tokens"u8, usage.Total);
        writer.WriteStartObject("prompt_tokens_details"u8);
        writer.WriteNumber("cached_tokens"u8, usage.Cached);
        writer.WriteEndObject();
        writer.WriteStartObject("completion_tokens_details"u8);
        writer.WriteNumber("reasoning_tokens"u8, usage.Reasoning);
        writer.WriteEndObject();
        WriteUnits(writer, usage);

        // The digits are printed from the integer, never through a floating point number.
        writer.WritePropertyName("cost"u8);
        writer.WriteRawValue(Charge.Total.ToUsd(), skipInputValidation: true);
        writer.WriteNumber("cost_nusd"u8, Charge.Total.Value);
        writer.WriteBoolean("estimated"u8, Metered.Estimated);
        WriteCostDetails(writer);
        writer.WriteEndObject();
    }

    internal void WriteGateway(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("request_id"u8, Head.Request.ToString());
        writer.WriteString("model"u8, Head.Served.Model.Value);
        writer.WriteString("expert"u8, Head.Served.Name);
        if (Reason is not null)
        {
            writer.WriteString("reason"u8, Reason);
        }

        if (Head.Served.Quality == Quality.Demo)
        {
            writer.WriteString("quality"u8, "demo"u8);
        }

        if (Route is not null)
        {
            writer.WritePropertyName("route"u8);
            writer.WriteRawValue(Route, skipInputValidation: true);
        }

        if (!Notes.IsEmpty)
        {
            using var notes = JsonDocument.Parse(Notes);
            foreach (var note in notes.RootElement.EnumerateObject())
            {
                note.WriteTo(writer);
            }
        }

        if (OverheadMicros is { } micros)
        {
            writer.WriteNumber("overhead_us"u8, micros);
        }

        writer.WriteEndObject();
    }

    // As OpenAI's endpoints of each kind name them.
    private static void WriteUnits(Utf8JsonWriter writer, Usage usage)
    {
        if (usage.Images > 0 || usage.Characters > 0)
        {
            writer.WriteNumber("input_tokens"u8, usage.Input);
            writer.WriteNumber("output_tokens"u8, usage.Output);
        }

        if (usage.Images > 0)
        {
            writer.WriteNumber("images"u8, usage.Images);
        }

        if (usage.AudioMs > 0)
        {
            writer.WriteString("type"u8, "duration"u8);
            writer.WriteNumber("seconds"u8, usage.AudioMs / 1000m);
        }

        if (usage.Characters > 0)
        {
            writer.WriteNumber("characters"u8, usage.Characters);
        }
    }

    private void WriteCostDetails(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("cost_details"u8);
        writer.WriteNumber("input_nusd"u8, Charge.Input.Value);
        writer.WriteNumber("cached_nusd"u8, Charge.Cached.Value);
        writer.WriteNumber("output_nusd"u8, Charge.Output.Value);
        writer.WriteNumber("reasoning_nusd"u8, Charge.Reasoning.Value);
        writer.WriteNumber("other_nusd"u8, Charge.Other.Value);
        writer.WriteNumber("calls"u8, Calls);
        writer.WriteEndObject();
    }
}
