using Microsoft.Extensions.Logging;

namespace Gateway.Billing;

/// <summary>Keeps the lots up with what is spent, and takes back what is left of expired promotions. A transaction an
/// organisation; one whose books do not add up is frozen and the others go on.</summary>
internal sealed partial class RollUp(ILedgerStore store, ILogger<RollUp> logger)
{
    /// <summary>Every organisation once.</summary>
    internal async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var org in await store.ReadAsync(RollUpSql.ListOwingAsync, cancellationToken))
        {
            await GuardAsync(org, session => RollUpSql.RollUpAsync(session, org), cancellationToken);
        }

        foreach (var org in await store.ReadAsync(PromoSql.ListExpiredAsync, cancellationToken))
        {
            await GuardAsync(org, session => PromoSql.ExpireAsync(session, org), cancellationToken);
        }
    }

    private async Task GuardAsync(
        string org, Func<SqlSession, Task<long>> operation, CancellationToken cancellationToken)
    {
        try
        {
            await store.WriteAsync(operation, cancellationToken);
        }
        catch (BrokenInvariantException error)
        {
            Log.Frozen(logger, error, org);
            await store.WriteAsync(
                session => AccountSql.FreezeAsync(session, org), cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2074, LogLevel.Critical, "The lots of {Org} do not add up: it is frozen")]
        internal static partial void Frozen(ILogger logger, Exception error, string org);
    }
}
