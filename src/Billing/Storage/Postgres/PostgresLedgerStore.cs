using Gateway.Core.Storage;
using Npgsql;

namespace Gateway.Billing;

/// <summary>The books in a PostgreSQL schema: one transaction an operation, many at once. Row locks are taken in the
/// order replica, organisation (ascending), lease; what the server still undoes as a deadlock or conflict runs
/// again.</summary>
internal sealed class PostgresLedgerStore : ILedgerStore
{
    internal const string Schema = "billing";

    private const int Attempts = 10;
    private const int ConnectSeconds = 3;
    private const int CommandSeconds = 5;
    private const int PreparedStatements = 64;

    private readonly NpgsqlDataSource _source;
    private readonly TimeProvider _time;

    internal PostgresLedgerStore(string connectionString, TimeProvider time)
    {
        _time = time;
        _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = Schema,
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            MaxAutoPrepare = PreparedStatements,
            ApplicationName = "gateway-billing",
        });
    }

    public bool IsExclusive => false;

    public bool CanWrite => true;

    public async Task<int> OpenAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            var migrations = SchemaMigration.Load(typeof(PostgresLedgerStore).Assembly, "billing.postgres.");
            var migrator = SchemaMigrator.ForPostgres(migrations, _time, Schema);
            return await migrator.ApplyAsync(connection, cancellationToken);
        }
        catch (Exception error) when (IsOutage(error))
        {
            throw new BillingUnavailableException("The billing database cannot be opened.", error);
        }
    }

    public async Task<T> WriteAsync<T>(Func<SqlSession, Task<T>> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await TransactAsync(operation);
            }
            catch (PostgresException error) when (IsConflict(error) && attempt < Attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(attempt), _time, CancellationToken.None);
            }
            catch (PostgresException error) when (IsRefusal(error))
            {
                throw new BrokenInvariantException(error.MessageText, error);
            }
            catch (Exception error) when (IsOutage(error))
            {
                throw new BillingUnavailableException("The billing database does not answer.", error);
            }
        }
    }

    public async Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> query, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await _source.OpenConnectionAsync(cancellationToken);
            using var session = new SqlSession(connection, SqlDialect.Postgres, _time, keepsStatements: false);
            return await query(session);
        }
        catch (Exception error) when (IsOutage(error))
        {
            throw new BillingUnavailableException("The billing database does not answer.", error);
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<T> TransactAsync<T>(Func<SqlSession, Task<T>> operation)
    {
        await using var connection = await _source.OpenConnectionAsync(CancellationToken.None);
        await using var transaction = await connection.BeginTransactionAsync(CancellationToken.None);
        using var session = new SqlSession(connection, SqlDialect.Postgres, _time, keepsStatements: false)
        {
            Transaction = transaction,
        };
        var result = await operation(session);
        if (!session.Abandoned)
        {
            await transaction.CommitAsync(CancellationToken.None);
        }

        return result;
    }

    private static bool IsConflict(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected;

    private static bool IsRefusal(PostgresException error) =>
        error.SqlState is PostgresErrorCodes.NumericValueOutOfRange
        || error.SqlState.StartsWith("23", StringComparison.Ordinal);

    // A server's error that is neither a conflict nor a refusal is an outage too: shutting down, disk full, read only.
    private static bool IsOutage(Exception error) => error is NpgsqlException or TimeoutException or IOException;
}
