using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Chat;

/// <summary>What a caller reads when no expert can answer, or none did.</summary>
internal static class RouteErrors
{
    private const int RetryAfterSeconds = 5;
    private const int MostNamed = 16;

    private static readonly (Features Feature, string Name)[] Fields =
    [
        (Features.Tools, "tools"), (Features.Json, "response_format"), (Features.Logprobs, "logprobs"),
        (Features.Choices, "n"), (Features.Vision, "messages"), (Features.Audio, "messages"),
        (Features.LogitBias, "logit_bias"), (Features.Fill, "suffix"),
    ];

    // Reasons that the caller gave and only he can take back; "model" counts experts of other models.
    private static readonly string[] CallersOwn =
        ["only", "excluded", "privacy", "unproven", "price_cap", "deadline", "model", "forbidden", "voice"];

    public static OpenAiError From(Planned planned, ChatRequest chat) => planned switch
    {
        Planned.UnknownModel { Available: var available } => OpenAiError.NotFound("model_not_found",
            $"The model '{chat.Model}' does not exist here. GET /v1/models lists those that do.", "model") with
        {
            Details = writer =>
            {
                writer.WriteStartArray("available"u8);
                foreach (var model in available)
                {
                    writer.WriteStringValue(model.Value);
                }

                writer.WriteEndArray();
            },
        },
        Planned.Unsupported { Missing: var missing, Able: var able } => OpenAiError.Invalid("unsupported_parameter",
            $"No expert of '{chat.Model}' supports {Describe(missing)}. {Others(able)}", Field(missing)),
        Planned.UnknownExpert { Name: var name, IsExcluded: var isExcluded } => OpenAiError.Invalid("invalid_value",
            $"'{FieldReader.Shown(name)}' is no expert here. Name experts as x-gateway-expert does, a subnet such as "
            + "sn4, or a hotkey.", isExcluded ? "routing.exclude" : "routing.only"),
        Planned.UnknownVoice { Available: var voices } => OpenAiError.Invalid("invalid_value",
            $"No expert of '{chat.Model}' has this voice. Voices: {string.Join(", ", voices)}.", "voice"),
        Planned.NoExpert { RejectedByReason: var reasons } when reasons.ContainsKey("forbidden")
            && reasons.Keys.All(reason => reason is "forbidden" or "model") => Admission.Forbidden(chat.Model),
        Planned.NoExpert { RejectedByReason: var reasons } when reasons.Keys.All(CallersOwn.Contains) =>
            OpenAiError.Invalid("invalid_value",
                "No expert is left by 'routing'. Widen only, exclude, privacy, models, max_price or max_ttft_ms.",
                "routing"),
        Planned.NoExpert { RejectedByReason: var reasons } => OpenAiError.Server(
            StatusCodes.Status503ServiceUnavailable, "no_expert_available",
            "No expert can take this request now.", RetryAfterSeconds) with
        {
            Details = writer =>
            {
                writer.WriteStartObject("rejected"u8);
                foreach (var (reason, count) in reasons)
                {
                    writer.WriteNumber(reason, count);
                }

                writer.WriteEndObject();
            },
        },
        _ => throw new InvalidOperationException($"Unknown plan {planned.GetType().Name}."),
    };

    public static OpenAiError AllFailed(Delivery delivery, RoutePlan plan, ChatRequest chat)
    {
        if (delivery.Refused)
        {
            return Quoting.InputEstimate(chat) > plan.ContextLength
                ? Quoting.ContextExceeded(plan.ContextLength)
                : OpenAiError.Invalid("invalid_value", "The experts refused the request as invalid. Its fields were "
                    + "checked here, so the prompt may be too long for the model, or a field is unknown to it.");
        }

        var error = delivery.IsUnfit
            ? OpenAiError.Upstream(StatusCodes.Status502BadGateway, "schema_not_satisfied",
                "No expert gave the JSON that response_format demands.")
            : delivery.TimedOut
            ? OpenAiError.Upstream(StatusCodes.Status504GatewayTimeout, "upstream_timeout",
                "The experts did not answer in time.")
            : OpenAiError.Upstream(StatusCodes.Status502BadGateway, "all_experts_failed",
                "All experts that were tried failed.");
        return error with
        {
            Details = writer =>
            {
                writer.WriteNumber("charge_nusd"u8, 0);
                writer.WriteStartArray("attempts"u8);
                foreach (var attempt in delivery.Attempts)
                {
                    writer.WriteStartObject();
                    writer.WriteString("expert"u8, attempt.Upstream.Name);
                    writer.WriteString("reason"u8, attempt.Reason);
                    writer.WriteEndObject();
                }

                writer.WriteEndArray();
            },
        };
    }

    private static string Others(IReadOnlyList<ModelId> able) => able.Count == 0
        ? "No other model's does."
        : $"Models that do: {string.Join(", ", able.Take(MostNamed))}.";

    private static string Describe(Features missing) => string.Join(", ", Names(missing));

    private static string? Field(Features missing) => Names(missing).FirstOrDefault();

    private static IEnumerable<string> Names(Features features) =>
        from pair in Fields
        where (features & pair.Feature) != 0
        select pair.Name;
}
