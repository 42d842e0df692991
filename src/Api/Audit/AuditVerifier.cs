using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Hosting;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Audit;

/// <summary>Reads every log from its first row and says where it is not what was written.</summary>
internal sealed class AuditVerifier(IDbContextFactory<AccessDb> contexts, AuditChain chain, DataDirectory directory)
{
    /// <summary>The number of rows, and a sentence for each log that does not hold.</summary>
    public async Task<(long Rows, IReadOnlyList<string> Problems)> VerifyAsync(CancellationToken cancellationToken)
    {
        var copied = ReadCopy();
        var problems = new List<string>();
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var (rows, last) = (0L, (AuditRow?)null);
        var broken = new HashSet<Guid>();
        await foreach (var row in db.Audit.AsNoTracking().OrderBy(row => row.Org).ThenBy(row => row.Seq)
            .AsAsyncEnumerable().WithCancellation(cancellationToken))
        {
            rows++;
            var previous = last?.Org == row.Org ? last : null;
            if (!broken.Contains(row.Org) && Problem(previous, row) is { } problem)
            {
                problems.Add(problem);
                broken.Add(row.Org);
            }

            Compare(copied, row, problems, broken);
            last = row;
        }

        problems.AddRange(copied.Select(pair =>
            $"{Named(pair.Key)}: row {pair.Value.Seq} stands in {AuditFile.Name} and not in the store."));
        return (rows, problems);
    }

    private string? Problem(AuditRow? previous, AuditRow row)
    {
        var expected = (previous?.Seq ?? 0) + 1;
        if (row.Seq != expected)
        {
            return $"{Named(row.Org)}: row {expected} is missing.";
        }

        return chain.Hash(previous?.Hash ?? [], row).AsSpan().SequenceEqual(row.Hash)
            ? null
            : $"{Named(row.Org)}: row {row.Seq} was changed, or the one before it.";
    }

    // The chain makes all earlier rows follow from the last one that was copied.
    private static void Compare(
        Dictionary<Guid, (long Seq, string Hash)> copied, AuditRow row, List<string> problems, HashSet<Guid> broken)
    {
        if (copied.TryGetValue(row.Org, out var copy) && copy.Seq == row.Seq)
        {
            copied.Remove(row.Org);
            if (copy.Hash != Convert.ToBase64String(row.Hash) && broken.Add(row.Org))
            {
                problems.Add($"{Named(row.Org)}: row {row.Seq} differs from its copy in {AuditFile.Name}.");
            }
        }
    }

    private Dictionary<Guid, (long Seq, string Hash)> ReadCopy()
    {
        var heads = new Dictionary<Guid, (long Seq, string Hash)>();
        var path = directory.PathOf(AuditFile.Name);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            if (Read(line) is { } row && (!heads.TryGetValue(row.Org, out var head) || row.Seq > head.Seq))
            {
                heads[row.Org] = (row.Seq, Convert.ToBase64String(row.Hash));
            }
        }

        return heads;
    }

    // A crash may leave half a line, which tells nothing; the store has the row.
    private static AuditRow? Read(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<AuditRow>(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Named(Guid org) => org == Guid.Empty ? "the operator's log" : new OrgId(org).ToString();
}
