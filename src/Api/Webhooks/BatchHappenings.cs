using System.Text.Json;
using System.Text.Json.Nodes;
using Gateway.Api.Batches;
using Gateway.Api.Content;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Webhooks;

/// <summary>The ends of batches. That nobody heard of one stands in its row, written with the end itself.</summary>
internal sealed class BatchHappenings(IDbContextFactory<ContentDb> contexts)
{
    private const int AtOnce = 100;

    /// <summary>Ends that nobody heard of.</summary>
    /// <param name="org">Whose.</param>
    /// <param name="since">Since when somebody listens, in milliseconds since 1970.</param>
    /// <param name="ct">Ends the look.</param>
    public async Task<IReadOnlyList<EndedBatch>> ReadAsync(OrgId org, long since, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        return await db.Batches.AsNoTracking()
            .Where(row => row.Org == org.Value && !row.Told && !row.IsOpen && row.EndedAt >= since)
            .OrderBy(row => row.EndedAt).Take(AtOnce)
            .Select(row => new EndedBatch(row.Id, row.Status)).ToListAsync(ct);
    }

    /// <summary>They stand in the outbox now.</summary>
    public async Task ToldAsync(IReadOnlyList<EndedBatch> batches, CancellationToken ct)
    {
        if (batches.Count == 0)
        {
            return;
        }

        var ids = batches.Select(one => one.Id).ToList();
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Batches.Where(row => ids.Contains(row.Id))
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.Told, true), ct);
    }
}

/// <summary>A batch that has ended.</summary>
/// <param name="Id">The batch.</param>
/// <param name="Status">How: one of <see cref="BatchStatus"/>.</param>
internal sealed record EndedBatch(Guid Id, string Status)
{
    /// <summary>As it is told; OpenAI tells no more than its name.</summary>
    public Happening Happening
    {
        get
        {
            var (type, name) = ($"batch.{Status}", BatchJson.IdOf(Id));
            return new(type, $"{type}:{name}",
                new JsonObject { ["id"] = name }.ToJsonString(JsonSerializerOptions.Default));
        }
    }
}
