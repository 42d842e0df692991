using Gateway.Api.Portal.Billing;
using Gateway.Api.Portal.Budgets;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Hooks;
using Gateway.Api.Portal.Members;
using Gateway.Api.Portal.Playground;

namespace Gateway.Api.Portal;

/// <summary>Registers the pages for people.</summary>
internal static class PortalServices
{
    public static IServiceCollection AddPortal(this IServiceCollection services)
    {
        services.AddRazorComponents();
        return services
            .AddScoped<PageFrame>()
            .AddSingleton<PartReader>()
            .AddSingleton<TopUps>()
            .AddSingleton<TopUpEvents>()
            .AddSingleton<DepositBoard>()
            .AddSingleton<PlaygroundKeys>()
            .AddScoped<TrialState>()
            .AddSingleton<LimitOwners>()
            .AddSingleton<LimitForms>()
            .AddSingleton<MemberForms>()
            .AddSingleton<ProjectForms>()
            .AddSingleton<AdminKeyForms>()
            .AddSingleton<WebhookForms>()
            .AddSingleton<RefundForm>()
            .AddSingleton<KeyForms>()
            .AddSingleton<TopUpForm>()
            .AddSingleton<UsageCsv>()
            .AddSingleton<TrustForm>()
            .AddSingleton<ProjectForm>()
            .AddSingleton<InvoiceAnswer>();
    }
}
