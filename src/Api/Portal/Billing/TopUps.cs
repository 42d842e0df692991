using Gateway.Api.Access;
using Gateway.Api.Audit;
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

    private const int MostTries = 8;

    /// <summary>How long an amount in TAO stands.</summary>
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    /// <summary>A top-up of the organisation; null when it has no such one.</summary>
    public async Task<TopUpRow?> FindAsync(OrgId org, Guid id)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await db.Set<TopUpRow>().AsNoTracking()
            .SingleOrDefaultAsync(row => row.Id == id && row.Org == org.Value);
    }

    /// <summary>A new top-up on an address that no open one uses.</summary>
    /// <param name="org">Who pays.</param>
    /// <param name="actor">Who asks, for the log.</param>
    /// <param name="person">Him, where he is a person.</param>
    /// <param name="wish">How much.</param>
    /// <param name="cancellationToken">Gives up before anything is made.</param>
    public async Task<(TopUpProblem Problem, TopUpRow? Row)> CreateAsync(
        OrgId org, Actor actor, Guid? person, TopUpWish wish, CancellationToken cancellationToken)
    {
        if (await rates.CurrentAsync(cancellationToken) is not { } rate)
        {
            return (TopUpProblem.NoRate, null);
        }

        if (wish.At(rate) is not { } wanted)
        {
            return (TopUpProblem.Amount, null);
        }

        // Who loses against another call looks again: at most as many win as may be open.
        for (var tries = 0; tries < MostTries; tries++)
        {
            if (await TryAsync(org, actor, person, (wanted, rate), cancellationToken) is { } done)
            {
                return done;
            }
        }

        return (TopUpProblem.TooMany, null);
    }

    // Null: another was made in the meantime.
    private async Task<(TopUpProblem Problem, TopUpRow? Row)?> TryAsync(
        OrgId org, Actor actor, Guid? person, ((NanoUsd Usd, Rao Tao) Wanted, FxRate Rate) price,
        CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var young = await YoungAsync(org, now);
        if (young.Count >= MostOpen && await CountOpenAsync(young, now, cancellationToken) >= MostOpen)
        {
            return (TopUpProblem.TooMany, null);
        }

        if (await AddressAsync(org, young, cancellationToken) is not { } address)
        {
            return (TopUpProblem.NoAddress, null);
        }

        var row = new TopUpRow
        {
            Id = Guid.CreateVersion7(now),
            Org = org.Value,
            Address = address,
            Nusd = price.Wanted.Usd.Value,
            Rao = price.Wanted.Tao.Value,
            Rate = price.Rate.PicoUsdPerRao,
            Height = board.Heights?.Best,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + Life).ToUnixTimeMilliseconds(),
            CreatedBy = person ?? Guid.Empty,
        };
        return await SaveAsync(actor, row, young, now) ? (TopUpProblem.None, row) : null;
    }

    // Whose quarter of an hour is not over.
    private async Task<List<TopUpRow>> YoungAsync(OrgId org, DateTimeOffset now)
    {
        await using var db = await contexts.CreateDbContextAsync();
        return await Young(db, org.Value, now).OrderBy(row => row.CreatedAt).ThenBy(row => row.Id).ToListAsync();
    }

    private static IQueryable<TopUpRow> Young(AccessDb db, Guid org, DateTimeOffset now)
    {
        var moment = now.ToUnixTimeMilliseconds();
        return db.Set<TopUpRow>().AsNoTracking().Where(row => row.Org == org && row.ExpiresAt > moment);
    }

    // What is paid is not open, however young it is.
    private async Task<int> CountOpenAsync(
        List<TopUpRow> young, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var views = await board.ViewsAsync(new(young[0].Org), young, now, cancellationToken);
        return views.Count(view => view.State != TopUpState.Settled);
    }

    // An address is never taken back, so one that is free is used before another is made.
    private async Task<string?> AddressAsync(OrgId org, List<TopUpRow> young, CancellationToken cancellationToken)
    {
        var free = (await desk.ListAsync(org, cancellationToken))
            .FirstOrDefault(one => young.TrueForAll(row => row.Address != one.Address));
        free ??= desk.CanAdd ? await desk.AddAsync(org, CancellationToken.None) : null;
        return free?.Address;
    }

    // Under the organisation's lock: what was judged outside holds only while no other was made.
    private Task<bool> SaveAsync(Actor actor, TopUpRow row, List<TopUpRow> young, DateTimeOffset now) =>
        trail.ActAsync(new OrgId(row.Org), actor, async act =>
        {
            var known = young.ConvertAll(one => one.Id);
            if (await Young(act.Db, row.Org, now).AnyAsync(one => !known.Contains(one.Id)))
            {
                return false;
            }

            act.Db.Add(row);
            act.Note(new("top_up.created", TopUpView.IdOf(row.Id), null, new() { ["nusd"] = row.Nusd }));
            return true;
        });
}
