using Gateway.Api.Access;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Operators;

/// <summary>An organisation as support sees it: what it has and what it used, never what it said. There are no prompts,
/// keys or answers in it.</summary>
/// <param name="Organization">Its row.</param>
/// <param name="Members">Who is in it.</param>
/// <param name="Keys">How many keys of it work.</param>
/// <param name="Balance">Its credit.</param>
/// <param name="Deposits">Its last deposits.</param>
/// <param name="Refunds">Its last refunds.</param>
/// <param name="Usage">What the last days used, by model.</param>
internal sealed record SupportView(
    OrganizationRow Organization, IReadOnlyList<MemberRow> Members, int Keys, Balance Balance,
    IReadOnlyList<DepositLine> Deposits, IReadOnlyList<Payout> Refunds, IReadOnlyList<UsageLine> Usage)
{
    /// <summary>How many days of usage it shows.</summary>
    public const int Days = 7;
}

/// <summary>Finds organisations, and reads one for support.</summary>
internal sealed class SupportDesk(
    IDbContextFactory<AccessDb> contexts, Statements statements, Treasury treasury, TimeProvider time)
{
    private const int Most = 20;

    /// <summary>Organisations by their id, a part of their name, or the address of somebody in them.</summary>
    public async Task<IReadOnlyList<OrganizationRow>> FindAsync(string text, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        if (OrgId.TryParse(text, out var org))
        {
            return await db.Organizations.AsNoTracking().Where(row => row.Id == org.Value)
                .ToListAsync(cancellationToken);
        }

        var mail = text.ToLowerInvariant();
        return await db.Organizations.AsNoTracking()
            .Where(row => row.Name.Contains(text)
                || db.Members.Any(member => member.Org == row.Id && member.Email == mail))
            .OrderBy(row => row.Name).ThenBy(row => row.Id).Take(Most).ToListAsync(cancellationToken);
    }

    /// <summary>An organisation; null when there is none.</summary>
    public async Task<SupportView?> ReadAsync(OrgId org, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await db.Organizations.AsNoTracking()
            .SingleOrDefaultAsync(one => one.Id == org.Value, cancellationToken);
        if (row is null)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var (today, milliseconds) = (
            new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), now.ToUnixTimeMilliseconds());
        return new(
            row,
            await db.Members.AsNoTracking().Where(member => member.Org == org.Value)
                .OrderBy(member => member.CreatedAt).ToListAsync(cancellationToken),
            await db.Keys.CountAsync(
                key => key.Org == org.Value && key.RevokedAt == null
                    && (key.ExpiresAt == null || key.ExpiresAt > milliseconds),
                cancellationToken),
            await statements.BalanceAsync(org, cancellationToken),
            await statements.DepositsAsync(org, Most, null, cancellationToken),
            await treasury.ListAsync(org, Most, null, cancellationToken),
            await statements.UsageAsync(
                org, new(today.AddDays(1 - SupportView.Days), today.AddDays(1), UsageBucket.Day, UsageGroups.Model),
                cancellationToken));
    }
}
