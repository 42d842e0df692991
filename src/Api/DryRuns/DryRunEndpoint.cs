using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenAi;
using Gateway.Api.OpenApi;
using Gateway.Api.Organization;
using Gateway.Core;
using Gateway.Router;
using Microsoft.AspNetCore.Http.Features;

namespace Gateway.Api.DryRuns;

/// <summary>POST /v1/organization/limits/simulate: which limit a request of one of the organisation's keys would meet
/// now. Nothing is sent, nothing set aside, nothing counted.</summary>
internal sealed class DryRunEndpoint(DryRun dryRun, AccessStore access, BodyBudget budget, TimeProvider time)
{
    public const string Path = "/v1/organization/limits/simulate";

    /// <summary>More a minute are not reckoned with.</summary>
    public const long MaxPerMinute = 1_000_000;

    /// <summary>More answers than any endpoint takes.</summary>
    public const int MaxChoices = 128;

    private const int MaxWord = 64;
    private const long MaxTokens = int.MaxValue;

    private static readonly string[] Names =
    [
        "api_key_id", "user", "endpoint", "model", "prompt_bytes", "max_tokens", "n", "strategy", "stream",
        "requests_per_minute",
    ];

    public async Task PostAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, Names);
        var request = Read(body);
        var perMinute = body.Integer("requests_per_minute", 0, MaxPerMinute) ?? 0;
        var caller = await FindAsync(context.Caller().Org, Text(body, "api_key_id")
            ?? throw FieldReader.Missing("api_key_id")) ?? throw AdminErrors.NoKey();
        var identity = context.Features.GetRequiredFeature<RequestIdentity>();
        var result = await dryRun.RunAsync(caller, request, identity, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer => DryRunJson.Write(writer, result, perMinute));
    }

    /// <summary>The caller behind a key of an organisation that calls models; null when there is none.</summary>
    public async Task<Caller?> FindAsync(OrgId org, string id) =>
        KeyId.TryParse(id, out var key) && await access.FindKeyAsync(key) is { Kind: KeyKind.Api } caller
        && caller.Org == org && !(caller.ExpiresAt <= time.GetUtcNow())
            ? caller
            : null;

    private static TriedRequest Read(AdminBody body)
    {
        var endpoint = Text(body, "endpoint") ?? ChatEndpoint.Path;
        if (!TriedRequest.Endpoints.Contains(endpoint))
        {
            throw FieldReader.OutOfRange("endpoint", string.Join(", ", TriedRequest.Endpoints));
        }

        var strategy = Text(body, "strategy");
        if (strategy is not null && !StrategyNames.TryParse(strategy, out _))
        {
            throw FieldReader.OutOfRange("strategy", StrategyNames.Allowed);
        }

        return new(endpoint, ReadModel(body))
        {
            PromptBytes = (int?)body.Integer("prompt_bytes", 1, TriedRequest.MaxPrompt) ?? 1,
            MaxTokens = body.Integer("max_tokens", 1, MaxTokens),
            Choices = (int?)body.Integer("n", 1, MaxChoices) ?? 1,
            Strategy = strategy,
            IsStreamed = body.Find("stream") is { } stream && FieldReader.Flag(stream, "stream"),
            User = Text(body, "user"),
        };
    }

    private static string ReadModel(AdminBody body)
    {
        const string Name = "model";
        var model = FieldReader.Text(
            body.Find(Name) ?? throw FieldReader.Missing(Name), Name, ModelId.MaxLength);
        return ModelId.IsValid(model)
            ? model
            : throw FieldReader.OutOfRange(Name, "an id from GET /v1/models, or auto");
    }

    private static string? Text(AdminBody body, string name) =>
        body.Find(name) is { } value ? FieldReader.Text(value, name, MaxWord) : null;
}

/// <summary>Registers and maps it.</summary>
internal static class DryRunServices
{
    public static IServiceCollection AddDryRuns(this IServiceCollection services) => services
        .AddSingleton<DryRun>()
        .AddSingleton<DryRunEndpoint>();

    public static void MapDryRuns(this IEndpointRouteBuilder routes) => routes
        .MapKeptPost(
            DryRunEndpoint.Path, routes.ServiceProvider.GetRequiredService<DryRunEndpoint>().PostAsync,
            AdminBody.MaxBytes, KeepWhen.Succeeded)
        .Requires(Act.SeeUsage)
        .Describes("Says which limit a request would meet, and sends nothing", "LimitSimulation",
            "LimitSimulationBody");
}
