using System.Data.Common;
using Gateway.Billing;

namespace Gateway.Api.Access;

/// <summary>Tells a store that does not answer from a bug.</summary>
internal static class StoreFault
{
    /// <summary>Whether the exception says that a store cannot be reached. PostgreSQL's EF provider wraps what it holds
    /// for transient.</summary>
    public static bool Is(Exception failure) =>
        failure is BillingUnavailableException or DbException
            or InvalidOperationException { InnerException: DbException };
}
