using System.Text.Json;
using Gateway.Core;

namespace Gateway.Router.Forwarding;

/// <summary>The error in which a stream under way ends.</summary>
/// <param name="Type">Whose fault it is, in OpenAI's words.</param>
/// <param name="Code">What it is, for programs.</param>
/// <param name="Message">What it is, for people.</param>
internal sealed record StreamError(string Type, string Code, string Message)
{
    internal static StreamError TimedOut { get; } =
        new("upstream_error", "upstream_timeout", "The expert did not answer in time.");

    internal static StreamError AllFailed { get; } =
        new("upstream_error", "all_experts_failed", "No expert gave a complete answer.");

    internal static StreamError Unfit { get; } =
        new("upstream_error", "schema_not_satisfied", "No expert gave the JSON that response_format demands.");

    internal static StreamError Draining { get; } =
        new("server_error", "draining", "The gateway is shutting down; please send the request again.");

    /// <summary>A frame in OpenAI's shape. What it cost is told only where it is known.</summary>
    internal ReadOnlyMemory<byte> ToFrame(NanoUsd? charge)
    {
        using var frame = new PooledBuffer();
        frame.Append("data: "u8);
        using (var writer = new Utf8JsonWriter(frame, ChunkFrames.WriterOptions))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("error"u8);
            writer.WriteString("message"u8, Message);
            writer.WriteString("type"u8, Type);
            writer.WriteNull("param"u8);
            writer.WriteString("code"u8, Code);
            if (charge is { Value: var nanos })
            {
                writer.WriteStartObject("details"u8);
                writer.WriteNumber("charge_nusd"u8, nanos);
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        frame.Append("\n\n"u8);
        return frame.Written.ToArray();
    }
}
