using Gateway.Api.Hosting;
using Gateway.Billing;

namespace Gateway.Api.Wiring;

/// <summary>Refuses to start with a static upstream whose model nobody priced: it could not be sold, and never is
/// free.</summary>
internal sealed class PriceCheck(GatewaySettings settings, PriceBook prices) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var offered = settings.StaticUpstreams
            .SelectMany(upstream => upstream.Models.Select(model => (Who: upstream.ToString(), model)))
            .Concat(settings.Subnets.SelectMany(
                policy => policy.Models.Select(model => (Who: $"Gateway:Subnets:{policy.NetUid}", model))));
        var missing =
            from one in offered
            let model = one.model
            where !prices.TryGet(model, out _)
            select $"The model '{model}' of {one.Who} has no price. "
                + $"Set Gateway:Pricing:Usd:{model}:Input and Gateway:Pricing:Usd:{model}:Output, "
                + "USD per million tokens.";
        var problems = missing.ToList();
        return problems.Count == 0
            ? Task.CompletedTask
            : throw new StartRefusedException(string.Join(Environment.NewLine, problems));
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
