using System.Globalization;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Models;

/// <summary>GET /v1/models and /v1/models/{id}: what can be bought now, from memory.</summary>
internal sealed class ModelsEndpoint(RouteBoard board, PriceBook prices)
{
    // Until the metagraph is read, what is not simulated is a server the operator configured.
    private const string StaticOwner = "operator";
    private const string DevNetOwner = "devnet-simulator";

    public Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var offers = board.Models.Where(offer => IsFor(context.Caller(), offer));
        return JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var offer in offers)
            {
                if (prices.TryGet(offer.Model, out var price))
                {
                    Write(writer, offer, price);
                }
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }

    public Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var caller = context.Caller();
        var id = (string?)context.Request.RouteValues["id"] ?? "";
        var offer = board.Models.FirstOrDefault(model => model.Model.Value == id && IsFor(caller, model));
        return offer is not null && prices.TryGet(offer.Model, out var price)
            ? JsonAnswer.WriteAsync(context, writer => Write(writer, offer, price))
            : throw new RefusedException(OpenAiError.NotFound("model_not_found",
                "This model does not exist here. GET /v1/models lists those that do.", "model") with
            {
                Details = writer => WriteAvailable(writer, caller),
            });
    }

    // A key that lists auto may be answered by any model.
    private static bool IsFor(Caller caller, ModelOnOffer offer) =>
        caller.MayCall(offer.Model) || caller.ChoiceOf(ModelId.Auto) is null;

    private void WriteAvailable(Utf8JsonWriter writer, Caller caller)
    {
        writer.WriteStartArray("available"u8);
        foreach (var offer in board.Models.Where(offer => IsFor(caller, offer)))
        {
            writer.WriteStringValue(offer.Model.Value);
        }

        writer.WriteEndArray();
    }

    private void Write(Utf8JsonWriter writer, ModelOnOffer offer, PriceVersion price)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, offer.Model.Value);
        writer.WriteString("object"u8, "model"u8);
        writer.WriteNumber("created"u8, price.ValidFrom.ToUnixTimeSeconds());
        writer.WriteString("owned_by"u8, offer.Quality == Quality.Demo ? DevNetOwner : StaticOwner);
        writer.WriteString("task"u8, ModelTasks.NameOf(offer.Task));
        writer.WriteNumber("context_length"u8, offer.ContextLength);
        writer.WriteNumber("max_output_tokens"u8, offer.OutputTokensLimit);
        writer.WriteNumber("experts"u8, offer.Experts);
        ModelAbilities.Write(writer, offer);
        writer.WriteString("quality"u8, offer.Quality == Quality.Demo ? "demo"u8 : "real"u8);
        WritePrices(writer, price.Prices);
        WriteLive(writer, board.LiveOf(offer.Model));
        writer.WriteEndObject();
    }

    // As this process sees it; null where it has seen nothing yet.
    private static void WriteLive(Utf8JsonWriter writer, LiveFigures live)
    {
        writer.WriteStartObject("live"u8);
        WriteFigure(writer, "ttft_p50_s", live.TtftP50);
        WriteFigure(writer, "ttft_p95_s", live.TtftP95);
        WriteFigure(writer, "tokens_per_s", live.TokensPerSecond);
        WriteFigure(writer, "success_1h", live.Success1H);
        WriteFigure(writer, "success_24h", live.Success24H);
        writer.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter writer, string name, double? figure)
    {
        writer.WritePropertyName(name);
        writer.WriteRawValue(figure?.ToString("0.####", CultureInfo.InvariantCulture) ?? "null");
    }

    // Text, not numbers: 0.00000002 loses its last digit in too many JSON readers.
    private static void WritePrices(Utf8JsonWriter writer, ModelPrices prices)
    {
        writer.WriteStartObject("pricing"u8);
        writer.WriteString("prompt"u8, prices.Input.ToUsdPerToken());
        writer.WriteString("completion"u8, prices.Output.ToUsdPerToken());
        writer.WriteString("input_cache_read"u8, prices.Cached.ToUsdPerToken());
        writer.WriteString("internal_reasoning"u8, prices.Reasoning.ToUsdPerToken());
        WriteUnless(writer, "image", prices.Image.PicoUsd, prices.Image.ToUsdPerToken());
        WriteUnless(writer, "audio_second", prices.AudioMs.PicoUsd, prices.AudioMs.ToUsdPerThousand());
        WriteUnless(writer, "character", prices.Character.PicoUsd, prices.Character.ToUsdPerToken());
        writer.WriteEndObject();
    }

    // Units that a model is not sold by are not named.
    private static void WriteUnless(Utf8JsonWriter writer, string name, long price, string text)
    {
        if (price > 0)
        {
            writer.WriteString(name, text);
        }
    }
}
