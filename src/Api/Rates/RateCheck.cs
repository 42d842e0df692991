using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Rates;

/// <summary>Asks every configured source once, for the command <c>check</c>.</summary>
internal static class RateCheck
{
    /// <summary>What each source says, and a problem for each that says nothing.</summary>
    public static async Task<JsonArray> ReadAsync(GatewaySettings settings, JsonArray problems)
    {
        await using var services = new ServiceCollection()
            .AddSingleton(TimeProvider.System)
            .AddRateSources(settings)
            .BuildServiceProvider();
        var rates = new JsonArray();
        foreach (var source in services.GetServices<IRateSource>())
        {
            try
            {
                var seen = await source.ReadAsync(CancellationToken.None);
                rates.Add(new JsonObject { ["source"] = source.Name, ["usdPerTao"] = seen.Rate.ToUsdPerTao() });
            }
            catch (Exception failure) when (
                failure is HttpRequestException or JsonException or InvalidDataException or OperationCanceledException)
            {
                problems.Add($"Gateway:Rates:Sources: {source.Name} gives no price. {failure.Message}");
            }
        }

        return rates;
    }
}
