using Gateway.Api.Access;
using Gateway.Api.Idempotency;
using Gateway.Api.OpenApi;
using Gateway.Api.Organization;

namespace Gateway.Api.Batches;

/// <summary>The routes of batches.</summary>
internal static class BatchRoutes
{
    private const string Batches = BatchEndpoints.Path;
    private const string Batch = Batches + "/{id}";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var batches = routes.ServiceProvider.GetRequiredService<BatchEndpoints>();
        routes.MapKeptPost(Batches, batches.CreateAsync, AdminBody.MaxBytes, KeepWhen.Succeeded)
            .Requires(AccessRule.Inference).Describes("Makes a batch and runs it", "Batch", "BatchBody");
        routes.MapGet(Batches, (RequestDelegate)batches.ListAsync).Requires(AccessRule.Account)
            .Describes("Lists batches, newest first", "Batch[]", query: "after limit");
        routes.MapGet(Batch, (RequestDelegate)batches.GetAsync).Requires(AccessRule.Account)
            .Describes("Reads how a batch stands", "Batch");
        routes.MapKeptPost(Batch + "/cancel", batches.CancelAsync, AdminBody.MaxBytes, KeepWhen.Succeeded)
            .Requires(AccessRule.Account).Describes("Ends a batch; what is done is kept", "Batch");
    }

    public static IServiceCollection AddBatches(this IServiceCollection services) => services
        .AddSingleton<BatchTargets>()
        .AddSingleton<BatchEndpoints>()
        .AddSingleton<BatchLeases>()
        .AddSingleton<BatchWork>()
        .AddSingleton<BatchSlots>()
        .AddSingleton<BatchWatch>()
        .AddSingleton<BatchWriter>()
        .AddSingleton<BatchRun>()
        .AddSingleton<LineCaller>()
        .AddSingleton<LineCharges>()
        .AddSingleton<LineRunner>()
        .AddSingleton<BatchDesk>()
        .AddHostedService(provider => provider.GetRequiredService<BatchDesk>());
}
