using Gateway.Api.Access;
using Gateway.Api.Batches;
using Gateway.Api.Chat;
using Gateway.Api.Content;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;

namespace Gateway.Api.Files;

/// <summary>/v1/files: what a project's keys keep here.</summary>
internal sealed class FileEndpoints(FileStore files, BatchStore batches, BodyBudget budget)
{
    public const string Path = "/v1/files";

    /// <summary>25 MB for the file, and room for the form around it.</summary>
    public const int MaxBody = MaxFile + (64 * 1024);

    private const int MaxFile = 25 * 1024 * 1024;

    public async Task UploadAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context.Request, budget, MaxBody);
        var upload = Upload.Read(MultipartForm.Read(context.Request.ContentType, body.Bytes));
        if (upload.Content.Length > MaxFile)
        {
            throw new RefusedException(OpenAiError.TooLarge(MaxFile));
        }

        var owner = ContentOwner.Of(context.Caller());
        var writer = await files.BeginAsync(owner, upload.Draft, context.RequestAborted) ?? throw AdminErrors.Conflict(
            "The organisation's files take all the room it has here. Delete some, or let them expire sooner.");
        try
        {
            await writer.WriteAsync(upload.Content, context.RequestAborted);
            await WriteAsync(context, await files.PublishAsync(writer, context.RequestAborted));
        }
        catch
        {
            await files.DropAsync(writer.File);
            throw;
        }
    }

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order", "purpose");
        var purpose = context.Request.Query["purpose"].ToString();
        if (purpose.Length > 0 && !FilePurpose.All.Contains(purpose))
        {
            throw FieldReader.OutOfRange("purpose", string.Join(", ", FilePurpose.All));
        }

        var limit = Paging.Limit(context.Request);
        var query = new FileQuery(
            purpose.Length > 0 ? purpose : null, Paging.After(context.Request, FileJson.IdOf), limit,
            Paging.OldestFirst(context.Request));
        var rows = await files.ListAsync(ContentOwner.Of(context.Caller()), query, context.RequestAborted);
        await Paging.WriteAsync(context, rows, limit, row => FileJson.IdOf(row.Id),
            (writer, row) => FileJson.Write(writer, row, files.NameOf(row)));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        await WriteAsync(context, await RequireAsync(context));
    }

    public async Task ContentAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await RequireAsync(context);
        var response = context.Response;
        response.ContentType = "application/octet-stream";
        response.ContentLength = row.Bytes;
        response.Headers.CacheControl = "no-store";

        // A browser must not show what somebody uploaded as if it were ours.
        response.Headers.ContentDisposition = "attachment";
        await foreach (var piece in files.ReadAsync(row.Id, context.RequestAborted))
        {
            await response.Body.WriteAsync(piece, context.RequestAborted);
        }
    }

    public async Task DeleteAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await RequireAsync(context);
        if (await batches.IsReadAsync(row.Id, context.RequestAborted))
        {
            throw AdminErrors.Conflict("A batch that has not ended reads this file. Cancel the batch first.");
        }

        await files.DeleteAsync(ContentOwner.Of(context.Caller()), row.Id, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, FileJson.IdOf(row.Id));
            writer.WriteString("object"u8, "file"u8);
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    }

    private Task WriteAsync(HttpContext context, FileRow row) =>
        JsonAnswer.WriteAsync(context, writer => FileJson.Write(writer, row, files.NameOf(row)));

    private async Task<FileRow> RequireAsync(HttpContext context)
    {
        var id = ObjectIds.Parse((string?)context.Request.RouteValues["id"], FileJson.IdOf);
        var owner = ContentOwner.Of(context.Caller());
        return (id is { } known ? await files.FindAsync(owner, known, context.RequestAborted) : null)
            ?? throw new RefusedException(OpenAiError.NotFound("not_found", "There is no such file.", "id"));
    }
}
