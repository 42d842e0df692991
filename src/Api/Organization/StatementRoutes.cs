using Gateway.Api.Access;
using Gateway.Api.OpenApi;
using Gateway.Billing;

namespace Gateway.Api.Organization;

/// <summary>What an organisation reads of its own money: usage, costs, deposits, invoices, proofs of reserves. All of
/// it is of the key's own organisation, and GET only.</summary>
internal static class StatementRoutes
{
    private const string Filters = "group_by project_ids user_ids api_key_ids models";
    private const string Buckets = $"start_time end_time bucket_width limit page {Filters}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var usage = services.GetRequiredService<UsageEndpoints>();
        foreach (var kind in UsageEndpoints.Kinds.Keys)
        {
            Map(routes, $"/v1/organization/usage/{kind}", usage.Of(kind), AccessRule.Usage)
                .Describes(
                    "Reads usage", kind == UsageKinds.Completions ? "UsagePage" : "TaskUsagePage", query: Buckets);
        }

        Map(routes, "/v1/organization/costs", usage.CostsAsync, AccessRule.Usage)
            .Describes("Reads costs", "CostPage", query: Buckets);
        Map(routes, "/v1/organization/usage/export", usage.ExportAsync, AccessRule.Usage)
            .Describes(new Described(
                "Exports usage", "Export", Query: $"from to format bucket_width {Filters}", Media: "text/csv"));

        var money = services.GetRequiredService<MoneyEndpoints>();
        Map(routes, "/v1/organization/deposits", money.DepositsAsync, Act.ManageMoney)
            .Describes("Lists deposits, newest first", "Deposit[]", query: "after limit");

        var invoices = services.GetRequiredService<InvoiceEndpoints>();
        Map(routes, "/v1/organization/invoices", invoices.ListAsync, Act.ManageMoney)
            .Describes(new Described("Lists invoices", "InvoiceList", Query: "format", Media: "text/html"));
        Map(routes, "/v1/organization/invoices/{month}", invoices.GetAsync, Act.ManageMoney)
            .Describes(new Described("Reads an invoice", "Invoice", Query: "format", Media: "text/html"));

        var reserves = services.GetRequiredService<ReserveEndpoints>();
        Map(routes, "/v1/organization/reserves", reserves.LatestAsync, AccessRule.Usage)
            .Describes("Reads the newest proof of reserves", "Reserves");
        Map(routes, "/v1/organization/reserves/{day}", reserves.GetAsync, AccessRule.Usage)
            .Describes("Reads a day's proof of reserves", "Reserves");
        Map(routes, "/.well-known/gateway-reserves.json", reserves.PublishedAsync, AccessRule.Public)
            .Describes("Reads the published proofs of reserves", "PublishedReserves");
    }

    public static IServiceCollection AddStatements(this IServiceCollection services) => services
        .AddSingleton<OrganizationNames>()
        .AddSingleton(provider => InvoiceIssuer.Read(provider.GetRequiredService<IConfiguration>()))
        .AddSingleton<UsageEndpoints>()
        .AddSingleton<SeenDeposits>()
        .AddSingleton<MoneyEndpoints>()
        .AddSingleton<InvoiceEndpoints>()
        .AddSingleton<ReserveEndpoints>();

    private static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder routes, string path, RequestDelegate handler, AccessRule rule) =>
        routes.MapGet(path, handler).Requires(rule);

    // All of it only reads.
    private static IEndpointConventionBuilder Map(
        IEndpointRouteBuilder routes, string path, RequestDelegate handler, Act act) =>
        routes.MapGet(path, handler).Requires(act, Reach.Read);
}
