using System.Text.Json;
using Gateway.Router;

namespace Gateway.Api.Models;

/// <summary>What a chat model can be asked for, by the names of the request's fields: what its experts can, and what
/// the gateway does itself for every one of them.</summary>
internal static class ModelAbilities
{
    private static readonly string[] OfAll =
    [
        "max_tokens", "temperature", "top_p", "frequency_penalty", "presence_penalty", "seed", "stop", "stream", "n",
        "response_format", "structured_outputs", "reasoning_effort", "reasoning",
    ];

    private static readonly (Features Feature, string[] Names)[] OfExperts =
    [
        (Features.Tools, ["tools", "tool_choice", "parallel_tool_calls"]),
        (Features.Logprobs, ["logprobs", "top_logprobs"]),
        (Features.LogitBias, ["logit_bias"]),
        (Features.Fill, ["suffix"]),
    ];

    public static void Write(Utf8JsonWriter writer, ModelOnOffer offer)
    {
        var isChat = offer.Task == ModelTask.Chat;
        writer.WriteStartObject("modalities"u8);
        WriteList(writer, "input", Read(offer));
        WriteList(writer, "output", Given(offer.Task));
        writer.WriteEndObject();
        WriteList(writer, "supported_parameters", isChat ? [.. OfAll, .. Names(offer.Features)] : []);
    }

    private static IEnumerable<string> Read(ModelOnOffer offer) => offer.Task switch
    {
        ModelTask.Transcription => ["audio"],
        ModelTask.Forecast => [],
        ModelTask.Images or ModelTask.Moderation => ["text", "image"],
        _ =>
        [
            "text",
            .. (offer.Features & Features.Vision) != 0 ? (string[])["image"] : [],
            .. (offer.Features & Features.Audio) != 0 ? (string[])["audio"] : [],
        ],
    };

    // Numbers are none: vectors, scores, forecasts.
    private static string[] Given(ModelTask task) => task switch
    {
        ModelTask.Chat or ModelTask.Transcription => ["text"],
        ModelTask.Images => ["image"],
        ModelTask.Speech or ModelTask.Music => ["audio"],
        _ => [],
    };

    private static IEnumerable<string> Names(Features features) =>
        OfExperts.Where(one => (features & one.Feature) != 0).SelectMany(static one => one.Names);

    private static void WriteList(Utf8JsonWriter writer, string name, IEnumerable<string> values)
    {
        writer.WriteStartArray(name);
        foreach (var value in values)
        {
            writer.WriteStringValue(value);
        }

        writer.WriteEndArray();
    }
}
