using Gateway.Api.Content;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Responses;

/// <summary>Responses that their callers asked to be stored: for 30 days, sealed. Another owner's, and one that has
/// expired, is as none.</summary>
internal sealed class ResponseStore(
    IDbContextFactory<ContentDb> contexts, ContentSeal seal, ResponseRoom room, TimeProvider time)
{
    private const string InputPart = "input";
    private const string AnswerPart = "answer";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(30);

    public async Task AddAsync(ContentOwner owner, StoredResponse response)
    {
        await using var db = await contexts.CreateDbContextAsync();
        var now = time.GetUtcNow();
        var (input, answer) = (
            seal.Seal(response.Id, InputPart, response.Input.Span),
            seal.Seal(response.Id, AnswerPart, response.Answer.Span));
        db.Add(new ResponseRow
        {
            Id = response.Id,
            Org = owner.Org,
            Owner = owner.Id,
            Previous = response.Previous,
            Input = input,
            Answer = answer,
            Bytes = input.Length + answer.Length,
            CreatedAt = now.ToUnixTimeMilliseconds(),
            ExpiresAt = (now + Lifetime).ToUnixTimeMilliseconds(),
        });
        await db.SaveChangesAsync();
        room.Add(owner.Org, input.Length + answer.Length);
    }

    public async Task<StoredResponse?> FindAsync(ContentOwner owner, Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var row = await Of(db, owner).SingleOrDefaultAsync(one => one.Id == id && one.ExpiresAt > now, ct);
        return row is null
            ? null
            : new(id, row.Previous, seal.Open(id, InputPart, row.Input), seal.Open(id, AnswerPart, row.Answer));
    }

    /// <summary>Deletes a response; false when there is none.</summary>
    public async Task<bool> DeleteAsync(ContentOwner owner, Guid id, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var isDeleted = await Of(db, owner).Where(row => row.Id == id).ExecuteDeleteAsync(ct) == 1;
        room.Forget(owner.Org);
        return isDeleted;
    }

    /// <summary>Deletes all that a project has: it is to keep nothing any more.</summary>
    public async Task DeleteAllAsync(Guid project, CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        await db.Responses.Where(row => row.Owner == project).ExecuteDeleteAsync(ct);
    }

    /// <summary>Deletes what has expired.</summary>
    public async Task SweepAsync(CancellationToken ct)
    {
        await using var db = await contexts.CreateDbContextAsync(ct);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        await db.Responses.Where(row => row.ExpiresAt <= now).ExecuteDeleteAsync(ct);
    }

    private static IQueryable<ResponseRow> Of(ContentDb db, ContentOwner owner) =>
        db.Responses.AsNoTracking().Where(row => row.Owner == owner.Id && row.Org == owner.Org);
}

/// <summary>A response with what it answered.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Previous">The response before it in the conversation.</param>
/// <param name="Input">Its own input: a JSON array of items.</param>
/// <param name="Answer">The response: a JSON object.</param>
internal sealed record StoredResponse(
    Guid Id, Guid? Previous, ReadOnlyMemory<byte> Input, ReadOnlyMemory<byte> Answer);
