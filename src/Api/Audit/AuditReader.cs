using Gateway.Api.Access;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Audit;

/// <summary>Reads an organisation's log, newest first.</summary>
internal sealed class AuditReader(IDbContextFactory<AccessDb> contexts)
{
    /// <summary>How many rows a page shows.</summary>
    public const int PageSize = 50;

    /// <summary>The rows of a page, one more when there are more.</summary>
    /// <param name="org">Whose log.</param>
    /// <param name="reach">How much of it the reader may see.</param>
    /// <param name="before">Only older ones than this number.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<List<AuditRow>> ReadAsync(
        OrgId org, Reach reach, long before, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var rows = db.Audit.AsNoTracking().Where(row => row.Org == org.Value && row.Seq < before);
        rows = reach switch
        {
            Reach.All => rows,
            Reach.MoneyRows => MoneyOf(rows),
            _ => rows.Where(row => false),
        };
        return await rows.OrderByDescending(row => row.Seq).Take(PageSize + 1).ToListAsync(cancellationToken);
    }

    /// <summary>Those of them that concern money.</summary>
    public static IQueryable<AuditRow> MoneyOf(IQueryable<AuditRow> rows) => rows.Where(row =>
        EF.Functions.Like(row.Type, "spend%") || EF.Functions.Like(row.Type, "end%")
        || EF.Functions.Like(row.Type, "refund%") || EF.Functions.Like(row.Type, "deposit%")
        || EF.Functions.Like(row.Type, "top_up%"));
}
