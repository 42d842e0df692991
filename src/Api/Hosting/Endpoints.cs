using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Credits;
using Gateway.Api.Idempotency;
using Gateway.Api.Models;
using Gateway.Api.Organization;
using Gateway.Api.Receipts;

namespace Gateway.Api.Hosting;

/// <summary>Every route of this process, each with its rule.</summary>
internal static class Endpoints
{
    private static readonly string[] Reading = ["GET", "HEAD"];

    public static void MapGateway(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var probes = services.GetRequiredService<ProbeEndpoints>();
        routes.MapMethods("/healthz", Reading, (RequestDelegate)ProbeEndpoints.HealthAsync).Requires(AccessRule.Public);
        routes.MapMethods("/readyz", Reading, (RequestDelegate)probes.ReadyAsync).Requires(AccessRule.Public);

        var chat = services.GetRequiredService<ChatEndpoint>();
        routes.MapKeptPost(ChatEndpoint.Path, chat.HandleAsync, ChatEndpoint.MaxBody, KeepWhen.Charged)
            .Requires(AccessRule.Inference);

        ShapeRoutes.Map(routes);
        MapRouting(routes, services);
        var models = services.GetRequiredService<ModelsEndpoint>();
        routes.MapGet("/v1/models", (RequestDelegate)models.ListAsync).Requires(AccessRule.Models);
        routes.MapGet("/v1/models/{*id}", (RequestDelegate)models.GetAsync).Requires(AccessRule.Models);

        var account = services.GetRequiredService<AccountEndpoints>();
        routes.MapGet("/v1/credits", (RequestDelegate)account.CreditsAsync).Requires(AccessRule.Account);
        var key = services.GetRequiredService<KeyEndpoint>();
        routes.MapGet("/v1/key", (RequestDelegate)key.GetAsync).Requires(AccessRule.Account);

        MapRefunds(routes, services.GetRequiredService<RefundEndpoints>());
        var addresses = services.GetRequiredService<DepositAddressEndpoints>();
        routes.MapGet(DepositAddressEndpoints.Path, (RequestDelegate)addresses.ListAsync).Requires(AccessRule.Admin);
        routes.MapKeptPost(
            DepositAddressEndpoints.Path, addresses.CreateAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Admin);

        var receipts = services.GetRequiredService<ReceiptEndpoints>();
        routes.MapGet("/v1/receipts/{id}", (RequestDelegate)receipts.GetAsync).Requires(AccessRule.Account);
        routes.MapGet("/v1/receipts/{id}/route", (RequestDelegate)receipts.RouteAsync).Requires(AccessRule.Account);
        var generations = services.GetRequiredService<GenerationEndpoint>();
        routes.MapGet(GenerationEndpoint.Path, (RequestDelegate)generations.GetAsync).Requires(AccessRule.Account);
        routes.MapGet("/.well-known/gateway-receipt-keys.json", (RequestDelegate)receipts.KeysAsync)
            .Requires(AccessRule.Public);
        OrganizationRoutes.Map(routes);
        StatementRoutes.Map(routes);
    }

    private static void MapRouting(IEndpointRouteBuilder routes, IServiceProvider services)
    {
        var route = services.GetRequiredService<PlanEndpoint>();
        routes.MapKeptPost(PlanEndpoint.Path, route.PostAsync, ChatEndpoint.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Inference);
        var feedback = services.GetRequiredService<FeedbackEndpoint>();
        routes.MapKeptPost(FeedbackEndpoint.Path, feedback.PostAsync, FeedbackEndpoint.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Inference);
    }

    private static void MapRefunds(IEndpointRouteBuilder routes, RefundEndpoints refunds)
    {
        const string Refunds = RefundEndpoints.Path;
        const string OneRefund = Refunds + "/{id}";
        routes.MapKeptPost(Refunds, refunds.CreateAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Admin);
        routes.MapGet(Refunds, (RequestDelegate)refunds.ListAsync).Requires(AccessRule.Admin);
        routes.MapGet(OneRefund, (RequestDelegate)refunds.GetAsync).Requires(AccessRule.Admin);
        routes.MapKeptPost(OneRefund + "/cancel", refunds.CancelAsync, RefundEndpoints.MaxBody, KeepWhen.Succeeded)
            .Requires(AccessRule.Admin);
    }

    public static IServiceCollection AddEndpoints(this IServiceCollection services) => services
        .AddSingleton<StoreProbe>()
        .AddSingleton<ChainProbe>()
        .AddSingleton<MetagraphProbe>()
        .AddSingleton<NetworkProbes>()
        .AddSingleton<ProbeEndpoints>()
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
        .AddOrganization()
        .AddSingleton<Admission>()
        .AddSingleton<DepositOffers>()
        .AddStatements()
        .AddSingleton<RefundEndpoints>()
        .AddSingleton<DepositAddressEndpoints>()
        .AddSingleton<HostFilter>()
        .AddSingleton<OpenAi.BodyBudget>();
}
