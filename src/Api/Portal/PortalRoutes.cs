using System.Globalization;
using Gateway.Api.Access;
using Gateway.Api.Portal.Billing;
using Gateway.Api.Portal.Budgets;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Operators;
using Gateway.Api.Portal.Pages;
using Gateway.Api.Portal.Playground;
using Gateway.Api.Portal.Sessions;
using Gateway.Api.Portal.Watch;
using Gateway.Api.Wiring;
using Gateway.Billing;
using Gateway.Core;
using Gateway.Router;

namespace Gateway.Api.Portal;

/// <summary>Every page and form, each with who may use it.</summary>
internal static class PortalRoutes
{
    public static void MapPortal(this IEndpointRouteBuilder routes)
    {
        PortalAssets.Map(routes);
        routes.MapOpenPage<HomePage>("/", "home");
        routes.MapOpenForm("/preferences", PreferenceForm.PostAsync);
        routes.MapPage<OverviewPage>("/overview", "overview", Act.SeeUsage);
        MapKeys(routes);
        MapActivity(routes);
        MapBilling(routes);
        MapOpen(routes);
        routes.MapPage<UsagePage>("/usage", "usage", Act.SeeUsage);
        routes.MapAnswer("/usage.csv", Act.SeeUsage, Of<UsageCsv>(routes).GetAsync);
        routes.MapPage<SettingsPage>("/settings", "settings", Act.ReadAudit);
        routes.MapPage<AuditPage>("/settings/audit", "audit", Act.ReadAudit);
        SettingsRoutes.Map(routes);
        MapLimits(routes);
        routes.MapPage<PlaygroundPage>("/playground", "playground", Act.CallModels);
        routes.MapForm("/playground", Act.CallModels, Of<PlaygroundForm>(routes).PostAsync)
            .WithMetadata(new BodyMark(PlaygroundForm.MostBody));
        routes.MapForm("/playground/key", Act.CallModels, Of<PlaygroundKeys>(routes).PostAsync);
        OperatorRoutes.Map(routes);
    }

    private static void MapKeys(IEndpointRouteBuilder routes)
    {
        var forms = Of<KeyForms>(routes);
        routes.MapPage<KeysPage>("/keys", "keys", Act.ManageKeys);
        routes.MapForm("/keys", Act.ManageKeys, forms.CreateAsync);
        routes.MapForm("/keys/{id}/rotate", Act.ManageKeys, forms.RotateAsync);
        routes.MapForm("/keys/{id}/disable", Act.ManageKeys, forms.DisableAsync);
    }

    // Who sees what is spent sees its limits; each is changed by whom the API lets change it.
    private static void MapLimits(IEndpointRouteBuilder routes)
    {
        var forms = Of<LimitForms>(routes);
        var owners = Of<LimitOwners>(routes);
        routes.MapPage<LimitsPage>("/limits", "limits", Act.SeeUsage);
        routes.MapPageOfOne<LimitPage>("/limits/{id}", "limit", Act.SeeUsage, owners.ExistsAsync);
        routes.MapForm("/limits/{id}/spend", Act.SetBudgets, forms.SpendAsync);
        routes.MapForm("/limits/{id}/rates", Act.SetRateLimits, forms.RatesAsync);
        routes.MapForm("/limits/{id}/key", Act.ManageKeys, forms.KeyAsync);
    }

    private static void MapActivity(IEndpointRouteBuilder routes)
    {
        var statements = Of<Statements>(routes);
        routes.MapPage<ActivityPage>("/activity", "activity", Act.SeeUsage);
        routes.MapPageOfOne<RequestDetailPage>(
            "/activity/{id}", "request", Act.SeeUsage, async (context, id) => await FindAsync(context, id) is not null);
        routes.MapAnswer("/activity/{id}/receipt.json", Act.SeeUsage, async context =>
        {
            if (await FindAsync(context, (string?)context.Request.RouteValues["id"]) is not { } receipt)
            {
                await PortalPages.ShowMissingAsync(context);
                return;
            }

            context.Response.ContentType = "application/json";
            await context.Response.Body.WriteAsync(receipt, context.RequestAborted);
        });

        async Task<ReadOnlyMemory<byte>?> FindAsync(HttpContext context, string? id) =>
            RequestId.TryParse(id, out var request)
                ? await statements.ReceiptAsync(
                    PortalVisitor.Of(context)!.OrganizationId, request, context.RequestAborted)
                : null;
    }

    private static void MapBilling(IEndpointRouteBuilder routes)
    {
        var topUps = Of<TopUps>(routes);
        routes.MapPage<BillingPage>("/billing", "billing", Act.ManageMoney);
        routes.MapForm("/billing/top-up", Act.ManageMoney, Of<TopUpForm>(routes).PostAsync);
        routes.MapPageOfOne<TopUpPage>("/billing/top-up/{id}", "topup", Act.ManageMoney, async (context, id) =>
            TopUpView.Parse(id) is { } one
            && await topUps.FindAsync(PortalVisitor.Of(context)!.OrganizationId, one) is not null);
        routes.MapPage<InvoicesPage>("/billing/invoices", "invoices", Act.ManageMoney);
        routes.MapAnswer("/billing/invoices/{id}", Act.ManageMoney, Of<InvoiceAnswer>(routes).GetAsync);
        routes.MapPage<RefundsPage>("/billing/refunds", "refunds", Act.ManageMoney);
        routes.MapForm("/billing/refunds", Act.RequestRefund, Of<RefundForm>(routes).PostAsync)
            .WithMetadata(StepUpMark.Instance);
        routes.MapAnswer("/billing/top-up/{id}/events", Act.ManageMoney, Of<TopUpEvents>(routes).GetAsync);
    }

    private static void MapOpen(IEndpointRouteBuilder routes)
    {
        routes.MapOpenPage<ModelsPage>("/models", "models");
        routes.MapOpenPage<MinersPage>("/miners", "miners");
        routes.MapOpenPage<NetworkPage>("/network", "network");
        routes.MapOpenPage<GovernancePage>("/governance", "governance");
        MapDetails(routes);
        routes.MapOpenPage<TrustPage>("/trust", "trust");
        routes.MapOpenForm("/trust", Of<TrustForm>(routes).PostAsync);
        routes.MapOpenPage<StatusPage>("/status", "status");
        routes.MapOpenPage<GuidePage>("/guide", "guide");
    }

    private static void MapDetails(IEndpointRouteBuilder routes)
    {
        var (board, uptime) = (Of<RouteBoard>(routes), Of<UptimeBook>(routes));
        var (metagraph, watch) = (Of<MetagraphLink>(routes), Of<NetworkWatch>(routes));
        routes.MapOpenAnswer("/models/{**id}", context =>
        {
            var id = (string?)context.Request.RouteValues["id"] ?? "";
            return board.Models.Any(model => model.Model.Value == id)
                || uptime.NamesOf(WatchedParts.Model).Contains(id)
                ? PortalPages.ShowAsync<ModelPage>(context, "model", new { Id = id }, title: id)
                : PortalPages.ShowMissingAsync(context);
        });
        routes.MapOpenAnswer("/network/{netuid:int}", context =>
        {
            var netUid = NumberOf(context, "netuid");
            return Miners.Find(metagraph, netUid) is not null
                || watch.Reading?.Facts.Subnets.Any(subnet => subnet.NetUid.Value == netUid) == true
                ? PortalPages.ShowAsync<SubnetPage>(context, "netuid", new { NetUid = netUid })
                : PortalPages.ShowMissingAsync(context);
        });
        routes.MapOpenAnswer("/miners/{netuid:int}/{uid:int}", context =>
        {
            var (netUid, uid) = (NumberOf(context, "netuid"), NumberOf(context, "uid"));
            return Miners.Find(metagraph, netUid, uid).Neuron is not null
                ? PortalPages.ShowAsync<MinerPage>(context, "miner", new { NetUid = netUid, Uid = uid })
                : PortalPages.ShowMissingAsync(context);
        });
        routes.MapOpenAnswer("/status.rss", Of<StatusFeed>(routes).GetAsync);
    }

    private static int NumberOf(HttpContext context, string name) =>
        int.Parse((string)context.Request.RouteValues[name]!, CultureInfo.InvariantCulture);

    private static T Of<T>(IEndpointRouteBuilder routes)
        where T : notnull => routes.ServiceProvider.GetRequiredService<T>();
}
