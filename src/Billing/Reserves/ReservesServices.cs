using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Puts the proof of reserves into a host.</summary>
internal static class ReservesServices
{
    private const string DevNet = "devnet";

    internal static IServiceCollection AddReserves(this IServiceCollection services, IConfiguration configuration)
    {
        // On DevNet nobody waits for the night: what is missing at the start is published then.
        var isDevNet = (configuration["Gateway:Network"] ?? DevNet) == DevNet;
        services.AddSingleton(provider => new ReservesSchedule(
            isDevNet ? TimeOnly.MinValue : ReservesSchedule.QuietHour,
            provider.GetRequiredService<RollUp>().RunAsync));
        services.AddSingleton(provider => new Reserves(
            provider.GetRequiredService<ILedgerStore>(),
            provider.GetRequiredService<IReceiptSigner>(),
            provider.GetRequiredService<IReserveSecrets>()));
        return services.AddHostedService(provider => new ReservesKeeper(
            provider.GetRequiredService<Reserves>(),
            provider.GetRequiredService<ReservesSchedule>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<ReservesKeeper>>()));
    }
}
