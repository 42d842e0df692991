using Gateway.Router.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Router;

/// <summary>The router's schema, for a command that only migrates.</summary>
public static class RouterSchema
{
    /// <summary>Brings it up to date and returns the version reached; again does nothing.</summary>
    /// <param name="services">With <see cref="RouterServices.AddRouterStore"/>.</param>
    /// <param name="cancellationToken">Ends the attempt; nothing is left half applied.</param>
    public static Task<int> MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<RouterStore>().MigrateAsync(cancellationToken);
}
