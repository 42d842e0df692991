using System.Security.Cryptography;
using System.Text;

namespace Gateway.Billing;

/// <summary>Where people change prices. A change is a new version, recorded with its author and reason; requests that
/// run keep the version they were quoted with, and replicas take the new one within seconds. All members throw
/// <see cref="BillingUnavailableException"/> when the books cannot be reached.</summary>
public sealed partial class PriceDesk
{
    private readonly ILedgerStore _store;

    internal PriceDesk(ILedgerStore store) => _store = store;

    /// <summary>The newest version of every model as a price file.</summary>
    public async Task<string> ExportAsync(CancellationToken cancellationToken)
    {
        var versions = await _store.ReadAsync(PriceSql.ReadValidAsync, cancellationToken);
        return PriceFile.Write(versions
            .GroupBy(version => version.Model)
            .Select(group => group.MaxBy(version => (version.ValidFrom, version.Id))!)
            .Select(version => new PriceEntry(version.Model, version.Prices, version.SharePpm)));
    }

    /// <summary>Makes a price file hold, all of it or nothing. Models that it does not name keep their prices. With a
    /// step beyond three times, up or down, or from or to zero, the file is stored and waits; imported again with
    /// <paramref name="approve"/> by another person within 7 days it holds.</summary>
    /// <param name="file">The file, UTF-8.</param>
    /// <param name="author">Who imports it.</param>
    /// <param name="reason">Why; stands in the record.</param>
    /// <param name="approve">Whether this is the second person's word for a file that waits.</param>
    /// <param name="cancellationToken">Heard until the change is queued.</param>
    /// <exception cref="ArgumentException">No author or no reason.</exception>
    public Task<PriceImport> ImportAsync(
        ReadOnlyMemory<byte> file, string author, string reason, bool approve, CancellationToken cancellationToken)
    {
        var (person, because) = (Person.Of(author), Person.Reason(reason));
        var errors = new List<string>();
        var entries = PriceFile.Read(file, errors);
        return errors.Count > 0
            ? Task.FromResult(PriceImport.Refuse(errors))
            : _store.WriteAsync(
                session => ImportAsync(session, new(entries, person, because, approve)), cancellationToken);
    }

    private static async Task<PriceImport> ImportAsync(SqlSession session, Wish wish)
    {
        await session.LockAsync(PriceSql.BookLock);
        var (changes, unchanged) = (new List<Change>(), new List<string>());
        foreach (var entry in wish.Entries)
        {
            var before = await PriceSql.NewestAsync(session, entry.Model);
            if (before is not null && before.Prices == entry.Prices && before.SharePpm == entry.SharePpm)
            {
                unchanged.Add(entry.Model.Value);
            }
            else
            {
                changes.Add(new(before, entry));
            }
        }

        var large = changes.Where(change => PriceStep.NeedsSecondPerson(change.Before, change.After)).ToList();
        if (wish.Approve)
        {
            return await ApproveAsync(session, wish, changes, unchanged);
        }

        if (large.Count == 0)
        {
            return await ApplyAsync(session, changes, unchanged, wish, approver: null);
        }

        await PriceChangeSql.ProposeAsync(session, HashOf(wish.Entries), wish.Person, wish.Because,
            PriceFile.Write(wish.Entries));
        return new([], unchanged, [.. large.Select(change => change.After.Model.Value)], []);
    }

    private static async Task<PriceImport> ApproveAsync(
        SqlSession session, Wish wish, List<Change> changes, List<string> unchanged)
    {
        var hash = HashOf(wish.Entries);
        var proposal = await PriceChangeSql.FindOpenAsync(session, hash);
        if (proposal is null)
        {
            return PriceImport.Refuse("$: no file with these prices waits for a second person");
        }

        if (proposal.Author == wish.Person)
        {
            return PriceImport.Refuse(
                $"$: {proposal.Author} proposed these prices, so another person must approve them");
        }

        await PriceChangeSql.ApproveAsync(session, proposal, wish.Person);
        var proposed = wish with { Person = proposal.Author, Because = proposal.Reason };
        return await ApplyAsync(session, changes, unchanged, proposed, wish.Person);
    }

    private static async Task<PriceImport> ApplyAsync(
        SqlSession session, List<Change> changes, List<string> unchanged, Wish wish, string? approver)
    {
        var now = await session.NowAsync();
        foreach (var (before, after) in changes)
        {
            // A version begins after the one it replaces, however fast they follow and whatever the clock did.
            var from = long.Max(now, before is null ? 0 : before.ValidFrom.ToUnixTimeMilliseconds() + 1);
            var id = await PriceSql.AddAsync(session, after.Model, after.Prices, after.SharePpm, from, wish.Person);
            await PriceChangeSql.RecordAsync(
                session, now, id, new(wish.Person, approver, wish.Because), before, after);
        }

        return new([.. changes.Select(change => change.After.Model.Value)], unchanged, [], []);
    }

    // Of what a file means, not of its blanks and order.
    private static string HashOf(IReadOnlyList<PriceEntry> entries) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(PriceFile.Write(entries))));

    private sealed record Wish(IReadOnlyList<PriceEntry> Entries, string Person, string Because, bool Approve);

    private sealed record Change(PriceVersion? Before, PriceEntry After);
}
