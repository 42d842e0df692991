using Gateway.Api.Portal.Billing;
using Gateway.Api.Portal.Budgets;
using Gateway.Api.Portal.Forms;
using Gateway.Api.Portal.Hooks;
using Gateway.Api.Portal.Members;
using Gateway.Api.Portal.Operators;
using Gateway.Api.Portal.Playground;
using Gateway.Api.Portal.Watch;

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
            .AddSingleton<WatchedParts>()
            .AddSingleton<StatusHistory>()
            .AddSingleton<StatusFeed>()
            .AddSingleton<NetworkWatch>()
            .AddHostedService(provider => provider.GetRequiredService<NetworkWatch>())
            .AddSingleton<VanishedDeposits>()
            .AddSingleton<PlaygroundKeys>()
            .AddSingleton<PlaygroundCaller>()
            .AddSingleton<PlaygroundForm>()
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
            .AddSingleton<InvoiceAnswer>()
            .AddOperatorConsole();
    }
}
