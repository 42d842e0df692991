using Gateway.Api.Hosting;
using Gateway.Billing;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Wiring;

/// <summary>The role <c>signer</c>, in a process with others or alone.</summary>
internal static class SignerServices
{
    /// <summary>Adds the signer where the process has its role. The chain's link stands before it in the list.
    /// </summary>
    public static IServiceCollection AddSigner(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton<SignerSetup>();
        if (settings.Roles.Contains(GatewaySettings.SignerRole))
        {
            services
                .AddSingleton<IPayoutQueue, PayoutQueue>()
                .AddSingleton<IHaltBook, HaltBook>()
                .AddSingleton<IDepositPlaces, DepositPlaces>()
                .AddSingleton(provider => new SignerPorts(
                    provider.GetRequiredService<IPayoutQueue>(), provider.GetRequiredService<IHaltBook>()))
                .AddHostedService<SignerHost>();
        }

        if (settings is { IsDevNet: true, Signer.AutoApprove: true })
        {
            services.AddHostedService<DevNetApproval>();
        }

        return services;
    }

    /// <summary>The chain's link beside what Billing asks the chain.</summary>
    public static IServiceCollection AddMinerOwners(this IServiceCollection services) =>
        services.AddSingleton<IMinerOwners, MinerOwners>();
}
