using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Portal.Sessions;
using Gateway.Billing;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Portal.Billing;

/// <summary>What became of a wish to pay.</summary>
internal enum TopUpProblem
{
    None,

    /// <summary>The amount is no number, or out of range.</summary>
    Amount,

    /// <summary>Nobody knows what TAO is worth now.</summary>
    NoRate,

    /// <summary>No deposit address can be given out.</summary>
    NoAddress,

    /// <summary>Too many are open.</summary>
    TooMany,
}

/// <summary>Top-ups: what people meant to pay. Only pages show them; every finalized transfer to an address of the
/// organisation is credited without one.</summary>
internal sealed class TopUps(
    IDbContextFactory<AccessDb> contexts, AuditTrail trail, AddressDesk desk, RateBook rates, DepositBoard board,
    TimeProvider time)
{
    /// <summary>How many an organisation may have open.</summary>
    public const int MostOpen = 3;

    /// <summary>How long an amount in TAO stands.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    private static readonly NanoUsd Least = new(1_000_000_000);
    private static readonly NanoUsd Most = new(1_000_000_000_000_000);

    /// <summary>A top-up of the organisation; null when it has no such one.</summary>
    public async Task<TopUpRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Set<TopUpRow>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id && row.Org == org.Value);
    }

    /// <summary>A new top-up on an address that no open one uses.</summary>
    public async Task<(TopUpProblem Problem, TopUpRow? Row)> CreateAsync(
        PortalVisitor me, Actor actor, string amount, CancellationToken cancellationToken)
    {
        if (!PortalForm.TryReadUsd(amount, out var wanted) || wanted < Least || wanted > Most)
        {
            return (TopUpProblem.Amount, null);
        }

        if (await rates.CurrentAsync(cancellationToken) is not { } rate)
        {
            return (TopUpProblem.NoRate, null);
        }

        var now = time.GetUtcNow();
        var open = await OpenAsync(me.OrganizationId, now);
        if (open.Count >= MostOpen)
        {
            return (TopUpProblem.TooMany, null);
        }

        return await AddressAsync(me.OrganizationId, open, cancellationToken) is { } address
            ? (TopUpProblem.None, await SaveAsync(me, actor, address, wanted, rate, now))
            : (TopUpProblem.NoAddress, null);
    }

    private async Task<List<string>> OpenAsync(OrgId org, DateTimeOffset now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var moment = now.ToUnixTimeMilliseconds();
        return await db.Set<TopUpRow>().AsNoTracking()
            .Where(row => row.Org == org.Value && row.ExpiresAt > moment)
            .Select(row => row.Address).ToListAsync();
    }

    // An address is never taken back, so one that is free is used before another is made.
    private async Task<string?> AddressAsync(OrgId org, List<string> open, CancellationToken cancellationToken)
    {
        var free = (await desk.ListAsync(org, cancellationToken)).FirstOrDefault(one => !open.Contains(one.Address));
        free ??= desk.CanAdd ? await desk.AddAsync(org, CancellationToken.None) : null;
        return free?.Address;
    }

    private Task<TopUpRow> SaveAsync(
        PortalVisitor me, Actor actor, string address, NanoUsd wanted, FxRate rate, DateTimeOffset now) =>
        trail.ActAsync(me.OrganizationId, actor, act =>
        {
            var row = new TopUpRow
            {
                Id = Guid.CreateVersion7(now),
                Org = me.OrganizationId.Value,
                Address = address,
                Nusd = wanted.Value,
                Rao = rate.ToRao(wanted).Value,
                Rate = rate.PicoUsdPerRao,
                Height = board.Heights?.Best,
                CreatedAt = now.ToUnixTimeMilliseconds(),
                ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
                CreatedBy = me.PersonId,
            };
            act.Db.Add(row);
            act.Note(new("top_up.created", TopUpView.IdOf(row.Id), null, new() { ["nusd"] = wanted.Value }));
            return Task.FromResult(row);
        });
}
