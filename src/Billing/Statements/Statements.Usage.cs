using System.Runtime.CompilerServices;
using Gateway.Core;

namespace Gateway.Billing;

public sealed partial class Statements
{
    /// <summary>Usage by bucket and group, in the order of time and then of names; a bucket without usage has no
    /// line.</summary>
    /// <exception cref="ArgumentException">The times do not lie on bounds of the bucket, or are reversed, or a filter
    /// has too many values.</exception>
    public async Task<IReadOnlyList<UsageLine>> UsageAsync(
        OrgId org, UsageQuery query, CancellationToken cancellationToken)
    {
        Require(query);
        await _replica.FlushAsync();
        return await _store.ReadAsync(session => UsageRollSql.ReadAsync(session, org, query), cancellationToken);
    }

    /// <summary>The same as <see cref="UsageAsync"/> for any length of time, a day in memory at once.</summary>
    /// <exception cref="ArgumentException">As there.</exception>
    public async IAsyncEnumerable<UsageLine> ExportAsync(
        OrgId org, UsageQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Require(query);
        await _replica.FlushAsync();
        for (var from = query.From; from < query.To;)
        {
            var next = from.UtcDateTime.Date.AddDays(1);
            var to = query.To < next ? query.To : next;
            var part = query with { From = from, To = to };
            foreach (var line in await _store.ReadAsync(
                session => UsageRollSql.ReadAsync(session, org, part), cancellationToken))
            {
                yield return line;
            }

            from = to;
        }
    }

    private static void Require(UsageQuery query)
    {
        var width = TimeSpan.TicksPerHour * query.BucketHours;
        if (query.From.UtcTicks % width != 0 || query.To.UtcTicks % width != 0 || query.To < query.From)
        {
            throw new ArgumentException("The times must lie on bounds of the bucket, in order.", nameof(query));
        }
    }
}
