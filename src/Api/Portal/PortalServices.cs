using Gateway.Api.Portal.Billing;
using Gateway.Api.Portal.Budgets;
using Gateway.Api.Portal.Forms;
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
            .AddSingleton<VanishedDeposits>()
            .AddScoped<TrialState>()
            .AddSingleton<LimitOwners>()
            .AddSingleton<LimitForms>()
            .AddSingleton<WatchedParts>()
            .AddSingleton<StatusHistory>()
            .AddSingleton<StatusFeed>()
            .AddSingleton<NetworkWatch>()
            .AddHostedService(provider => provider.GetRequiredService<NetworkWatch>())
            .AddSingleton<PlaygroundKeys>()
            .AddSingleton<PlaygroundCaller>()
            .AddSingleton<PlaygroundForm>()
            .AddSingleton<KeyForms>()
            .AddSingleton<TopUpForm>()
            .AddSingleton<UsageCsv>()
            .AddSingleton<TrustForm>()
            .AddSingleton<ProjectForm>()
            .AddSingleton<InvoiceAnswer>()
            .AddOperatorConsole();
    }
}
