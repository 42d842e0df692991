using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Billing;

/// <summary>The schema <c>billing</c>. A host that starts billing brings it up to date by itself; this is for the
/// command that does only that.</summary>
public static class BillingSchema
{
    /// <summary>Creates or upgrades the schema of the configured store and returns its version. Several processes may
    /// do it at once; done again it changes nothing.</summary>
    /// <param name="services">With what <see cref="BillingServices.AddBilling"/> added; its hosted services not
    /// started.</param>
    /// <param name="cancellationToken">Ends the attempt with nothing half applied.</param>
    /// <exception cref="BillingUnavailableException">The store cannot be opened.</exception>
    /// <exception cref="InvalidOperationException">A newer program has written the store.</exception>
    public static Task<int> MigrateAsync(IServiceProvider services, CancellationToken cancellationToken) =>
        services.GetRequiredService<ILedgerStore>().OpenAsync(cancellationToken);
}
