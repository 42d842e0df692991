using Gateway.Api.Access;
using Gateway.Api.Batches;
using Gateway.Api.Chat;
using Gateway.Api.Credits;
using Gateway.Api.DryRuns;
using Gateway.Api.Egress;
using Gateway.Api.Files;
using Gateway.Api.Idempotency;
using Gateway.Api.Models;
using Gateway.Api.OpenApi;
using Gateway.Api.Organization;
using Gateway.Api.Organization.Groups;
using Gateway.Api.Portal.SignIn;
using Gateway.Api.Receipts;
using Gateway.Api.Telemetry;
using Gateway.Api.Webhooks;

namespace Gateway.Api.Hosting;

/// <summary>Every route of this process, each with its rule.</summary>
internal static class Endpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var probes = services.GetRequiredService<ProbeEndpoints>();
        routes.MapMethods("/healthz", Reading, (RequestDelegate)ProbeEndpoints.HealthAsync)
            .Requires(AccessRule.Public).Describes("Whether the process lives", "Health");
        routes.MapMethods("/readyz", Reading, (RequestDelegate)probes.ReadyAsync)
            .Requires(AccessRule.Public).Describes("Whether the process can do its work", "Readiness");

        var chat = services.GetRequiredService<ChatEndpoint>();
        routes.MapKeptPost(ChatEndpoint.Path, chat.HandleAsync, ChatEndpoint.MaxBody, KeepWhen.Charged)
            .Requires(AccessRule.Inference)
            .Describes(new Described("Completes a chat", "ChatCompletion", "ChatRequest", Frame: "ChatChunk"));

        ShapeRoutes.Map(routes);
        MapRouting(routes, services);
        var models = services.GetRequiredService<ModelsEndpoint>();
        routes.MapGet("/v1/models", (RequestDelegate)models.ListAsync).Requires(AccessRule.Models)
            .Describes("Lists the models on offer", "ModelList");
        routes.MapGet("/v1/models/{*id}", (RequestDelegate)models.GetAsync).Requires(AccessRule.Models)
            .Describes("Reads a model", "Model");

        var account = services.GetRequiredService<AccountEndpoints>();
        routes.MapGet("/v1/credits", (RequestDelegate)account.CreditsAsync).Requires(AccessRule.Account)
            .Describes("Reads the organisation's credit", "Credits");
        var key = services.GetRequiredService<KeyEndpoint>();
        routes.MapGet("/v1/key", (RequestDelegate)key.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads the calling key", "OwnKey");

        MapRefunds(routes, services.GetRequiredService<RefundEndpoints>());
        MapDeposits(routes, services);

        var receipts = services.GetRequiredService<ReceiptEndpoints>();
        routes.MapGet("/v1/receipts/{id}", (RequestDelegate)receipts.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads a receipt", "Receipt");
        routes.MapGet("/v1/receipts/{id}/route", (RequestDelegate)receipts.RouteAsync).Requires(AccessRule.Account)
            .Describes("Reads how a request was routed", "Route");
        var generations = services.GetRequiredService<GenerationEndpoint>();
        routes.MapGet(GenerationEndpoint.Path, (RequestDelegate)generations.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads what a request was and cost, in OpenRouter's shape", "Generation", query: "id");
        routes.MapGet("/.well-known/gateway-receipt-keys.json", (RequestDelegate)receipts.KeysAsync)
            .Requires(AccessRule.Public).Describes("Reads the public keys of receipts", "KeySet");
        FileRoutes.Map(routes);
        BatchRoutes.Map(routes);
        OrganizationRoutes.Map(routes);
        GroupRoutes.Map(routes);
        StatementRoutes.Map(routes);
        SignInRoutes.Map(routes);
        routes.MapDocument();
        routes.MapMetrics();
        routes.MapWebhooks();
        routes.MapDryRuns();
    }

    private static void MapRouting(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var route = services.GetRequiredService<PlanEndpoint>();
        routes.MapKeptPost(PlanEndpoint.Path, route.PostAsync, ChatEndpoint.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Inference).Describes("Plans a chat request, free", "Plan", "ChatRequest");
        var feedback = services.GetRequiredService<FeedbackEndpoint>();
        routes.MapKeptPost(FeedbackEndpoint.Path, feedback.PostAsync, FeedbackEndpoint.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Inference).Describes("Rates an answer", "Feedback", "FeedbackBody");
    }

    private static void MapDeposits(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var addresses = services.GetRequiredService<DepositAddressEndpoints>();
        routes.MapGet(DepositAddressEndpoints.Path, (RequestDelegate)addresses.ListAsync)
            .Requires(Act.ManageMoney, Reach.Read)
            .Describes("Lists deposit addresses", "DepositAddress[]", query: "after limit");
        routes.MapKeptPost(
            DepositAddressEndpoints.Path, addresses.CreateAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(Act.ManageMoney).Describes("Makes a deposit address", "DepositAddress");
        var topUps = services.GetRequiredService<TopUpEndpoints>();
        routes.MapKeptPost(TopUpEndpoints.Path, topUps.CreateAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(Act.ManageMoney).Describes("Opens a top-up", "TopUp", "TopUpBody");
        routes.MapGet(TopUpEndpoints.Path + "/{id}", (RequestDelegate)topUps.GetAsync)
            .Requires(Act.ManageMoney, Reach.Read).Describes("Reads a top-up", "TopUp");
    }

    private static void MapRefunds(IEndpointRouteBuilder routes, RefundEndpoints refunds)
    {
        const string Refunds = RefundEndpoints.Path;
        const string OneRefund = Refunds + "/{id}";
        routes.MapKeptPost(Refunds, refunds.CreateAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(Act.RequestRefund).Describes("Asks for a refund", "Refund", "RefundBody");
        routes.MapGet(Refunds, (RequestDelegate)refunds.ListAsync).Requires(Act.ManageMoney, Reach.Read)
            .Describes("Lists refunds, newest first", "Refund[]", query: "after limit");
        routes.MapGet(OneRefund, (RequestDelegate)refunds.GetAsync).Requires(Act.ManageMoney, Reach.Read)
            .Describes("Reads a refund", "Refund");
        routes.MapKeptPost(OneRefund + "/cancel", refunds.CancelAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(Act.RequestRefund).Describes("Takes a refund back", "Refund");
    }

    public static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<StoreProbe>()
        .AddSingleton<ChainProbe>()
        .AddSingleton<MetagraphProbe>()
        .AddSingleton<NetworkProbes>()
        .AddSingleton<ProbeEndpoints>()
        .AddEgress()
        .AddSingleton<ImageFetcher>()
        .AddSingleton<ChatIntake>()
        .AddSingleton<ChatEndpoint>()
        .AddShapes()
        .AddSingleton<PlanEndpoint>()
        .AddSingleton<FeedbackEndpoint>()
        .AddSingleton<ModelsEndpoint>()
        .AddSingleton<AccountEndpoints>()
        .AddSingleton<KeyEndpoint>()
        .AddSingleton<ReceiptEndpoints>()
        .AddSingleton<GenerationEndpoint>()
        .AddSingleton(provider => AnswerSeal.In(provider.GetRequiredService<DataDirectory>()))
        .AddSingleton<IdempotentEndpoints>()
        .AddDocument()
        .AddFiles()
        .AddBatches()
        .AddOrganization()
        .AddGroups()
        .AddWebhooks()
        .AddSingleton<Admission>()
        .AddDryRuns()
        .AddSingleton<DepositOffers>()
        .AddStatements()
        .AddSingleton<RefundEndpoints>()
        .AddSingleton<DepositAddressEndpoints>()
        .AddSingleton<TopUpEndpoints>()
        .AddSingleton<HostFilter>()
        .AddSingleton<OpenAi.BodyBudget>();
}
