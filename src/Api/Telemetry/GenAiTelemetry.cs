using System.Diagnostics;
using Gateway.Api.OpenAi;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Telemetry;

/// <summary>Calls of models as OpenTelemetry's GenAI conventions have them: a span and a set of histograms, made when
/// the call has ended. No attribute holds anything of a prompt or an answer.</summary>
internal sealed class GenAiTelemetry(GenAiMode mode, ModelNames models, TimeProvider time) : IDisposable
{
    /// <summary>The source's name.</summary>
    public const string Source = "Gateway.GenAi";

    /// <summary>Where ASP.NET Core's span of the whole request comes from.</summary>
    public const string ServerSource = "Microsoft.AspNetCore";

    private const string Provider = "gateway";
    private const StringComparison Same = StringComparison.Ordinal;

    private static readonly Dictionary<string, string> Operations = new()
    {
        ["/v1/chat/completions"] = "chat",
        ["/v1/messages"] = "chat",
        ["/v1/responses"] = "chat",
        ["/v1/completions"] = "text_completion",
        ["/v1/embeddings"] = "embeddings",
    };

    private readonly ActivitySource _source = new(Source);
    private readonly GenAiMetrics _metrics = new(mode);

    public void Dispose()
    {
        _source.Dispose();
        _metrics.Dispose();
    }

    public void End(HttpContext context, CallFacts facts)
    {
        NameServerSpan(context);
        if (facts.Chat is not { } chat || context.Features.Get<RequestIdentity>() is not { } identity)
        {
            return;
        }

        var tags = TagsOf(context, facts, chat.Model);
        var total = (long)time.GetElapsedTime(identity.Timestamp).TotalMicroseconds;
        _metrics.Record(tags, facts.Delivery?.Usage, total, facts.Timing?.TtftMicros);
        if (_source.HasListeners())
        {
            Trace(facts, identity, tags);
        }
    }

    // The server's own span has neither route nor status in this version of ASP.NET Core; a query it must never have.
    private static void NameServerSpan(HttpContext context)
    {
        if (Activity.Current is not { IsAllDataRequested: true, Source.Name: ServerSource } span)
        {
            return;
        }

        var (method, route) = (MethodOf(context.Request.Method), RequestTelemetry.EndpointOf(context));
        var status = RequestTelemetry.StatusOf(context);
        span.DisplayName = $"{method} {route}";
        span.SetTag("http.request.method", method)
            .SetTag("http.route", route)
            .SetTag("url.scheme", context.Request.Scheme)
            .SetTag("http.response.status_code", status);
        if (status >= StatusCodes.Status500InternalServerError)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    // Anybody can make a method up; the conventions have a word for those.
    private static string MethodOf(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? method : "_OTHER";

    private TagList TagsOf(HttpContext context, CallFacts facts, ModelId asked)
    {
        var endpoint = RequestTelemetry.EndpointOf(context);
        var tags = new TagList
        {
            { "gen_ai.operation.name", Operations.GetValueOrDefault(endpoint, endpoint.Replace("/v1/", "", Same)) },
            { "gen_ai.request.model", models.NameOf(asked) },
        };
        if (mode.HasFlag(GenAiMode.Older))
        {
            tags.Add("gen_ai.system", Provider);
        }

        if (mode.HasFlag(GenAiMode.Latest))
        {
            tags.Add("gen_ai.provider.name", Provider);
        }

        if (facts.Delivery?.Served is { } served)
        {
            tags.Add("gen_ai.response.model", models.NameOf(served.Model));
        }

        if (ErrorOf(facts) is { } error)
        {
            tags.Add("error.type", error);
        }

        return tags;
    }

    private static string? ErrorOf(CallFacts facts) => facts.Code.Length > 0 ? facts.Code
        : (facts.Delivery?.Status ?? DeliveryStatus.Complete) switch
        {
            DeliveryStatus.Complete or DeliveryStatus.CutByLimit or DeliveryStatus.CutByCredit
                or DeliveryStatus.CutByMaxCost => null,
            DeliveryStatus.ClientGone => "client_gone",
            DeliveryStatus.FailedBeforeFirstByte or DeliveryStatus.FailedMidStream
                or DeliveryStatus.FailedInPart => "all_experts_failed",
        };

    private void Trace(CallFacts facts, RequestIdentity identity, in TagList tags)
    {
        var name = $"{tags[0].Value} {tags[1].Value}";
        using var span = _source.StartActivity(
            name, ActivityKind.Client, Activity.Current?.Context ?? default, tags, startTime: identity.Started);
        if (span is not { IsAllDataRequested: true })
        {
            return;
        }

        span.SetTag("gen_ai.request.max_tokens", facts.Chat?.MaxTokens);
        if (facts.Chat is { Choices: > 1 and var choices })
        {
            span.SetTag("gen_ai.request.choice.count", choices);
        }

        if (facts.Delivery is { } delivery)
        {
            span.SetTag("gen_ai.response.id", identity.Id.ToString())
                .SetTag("gen_ai.response.finish_reasons", (string[])[delivery.FinishReason])
                .SetTag("gen_ai.usage.input_tokens", delivery.Usage.Input)
                .SetTag("gen_ai.usage.output_tokens", delivery.Usage.Output);
        }

        if (ErrorOf(facts) is not null)
        {
            span.SetStatus(ActivityStatusCode.Error);
        }
    }
}
