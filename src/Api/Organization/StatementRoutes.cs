using Gateway.Api.Access;

namespace Gateway.Api.Organization;

/// <summary>What an organisation reads of its own money: usage, costs, deposits, invoices, proofs of reserves. All of
/// it is of the key's own organisation, and GET only.</summary>
internal static class StatementRoutes
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var usage = services.GetRequiredService<UsageEndpoints>();
        Map(routes, "/v1/organization/usage/completions", usage.CompletionsAsync, AccessRule.Usage);
        Map(routes, "/v1/organization/costs", usage.CostsAsync, AccessRule.Usage);
        Map(routes, "/v1/organization/usage/export", usage.ExportAsync, AccessRule.Usage);

        var money = services.GetRequiredService<MoneyEndpoints>();
        Map(routes, "/v1/organization/deposits", money.DepositsAsync, AccessRule.Admin);

        var invoices = services.GetRequiredService<InvoiceEndpoints>();
        Map(routes, "/v1/organization/invoices", invoices.ListAsync, AccessRule.Admin);
        Map(routes, "/v1/organization/invoices/{month}", invoices.GetAsync, AccessRule.Admin);

        var reserves = services.GetRequiredService<ReserveEndpoints>();
        Map(routes, "/v1/organization/reserves", reserves.LatestAsync, AccessRule.Usage);
        Map(routes, "/v1/organization/reserves/{day}", reserves.GetAsync, AccessRule.Usage);
        Map(routes, "/.well-known/gateway-reserves.json", reserves.PublishedAsync, AccessRule.Public);
    }

    public static IServiceCollection AddStatements(this IServiceCollection services) => services
        .AddSingleton<OrganizationNames>()
        .AddSingleton(provider => InvoiceIssuer.Read(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<UsageEndpoints>()
        .AddSingleton<SeenDeposits>()
        .AddSingleton<MoneyEndpoints>()
        .AddSingleton<InvoiceEndpoints>()
        .AddSingleton<ReserveEndpoints>();

    private static void Map(IEndpointRouteBuilder routes, string path, RequestDelegate handler, AccessRule rule) =>
        routes.MapGet(path, handler).Requires(rule);
}
