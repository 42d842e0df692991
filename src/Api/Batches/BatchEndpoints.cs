using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Content;
using Gateway.Api.Files;
using Gateway.Api.OpenAi;
using Gateway.Api.Operators;
using Gateway.Api.Organization;

namespace Gateway.Api.Batches;

/// <summary>/v1/batches: many requests in a file, answered within a day at half the price.</summary>
internal sealed class BatchEndpoints(
    BatchStore batches, FileStore files, BatchTargets targets, BatchDesk desk, BodyBudget budget,
    OperatorMarks marks)
{
    public const string Path = "/v1/batches";

    private const int RetryAfterSeconds = 600;
    private const int MaxWord = 256;
    private const long LeastSeconds = 3_600;
    private const long MostSeconds = 2_592_000;

    public async Task CreateAsync(HttpContext context)
    {
        if (marks.Current.IsOff(FeatureSwitches.Batches))
        {
            throw new RefusedException(OpenAiError.Server(
                StatusCodes.Status503ServiceUnavailable, "batches_off",
                "The operator takes no new batches now. Those under way go on.", RetryAfterSeconds));
        }

        var body = await AdminBody.ReadAsync(context.Request, budget,
            "input_file_id", "endpoint", "completion_window", "metadata", "output_expires_after");
        var caller = context.Caller();
        if (caller.Kind != KeyKind.Api)
        {
            throw new RefusedException(OpenAiError.Forbidden("A batch outlives a token: make it with an API key."));
        }

        var endpoint = Require(body, "endpoint");
        if (targets.Find(endpoint) is null)
        {
            throw FieldReader.OutOfRange("endpoint", string.Join(", ", targets.Paths));
        }

        if (Require(body, "completion_window") != "24h")
        {
            throw FieldReader.OutOfRange("completion_window", "24h");
        }

        var owner = ContentOwner.Of(caller);
        var draft = new BatchDraft(
            caller.Key.Value, context.Connection.RemoteIpAddress?.ToString() ?? "", endpoint,
            await InputAsync(owner, Require(body, "input_file_id"), context.RequestAborted),
            MetadataReader.Read(body.Find("metadata")), OutputSeconds(body.Find("output_expires_after")));
        var batch = await batches.AddAsync(owner, draft, context.RequestAborted)
            ?? throw AdminErrors.Conflict($"An organisation has at most {BatchStore.MaxOpen} batches under way.");
        desk.Tell();
        await WriteAsync(context, batch);
    }

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await batches.ListAsync(
            ContentOwner.Of(context.Caller()), Paging.After(context.Request, BatchJson.IdOf), limit,
            context.RequestAborted);
        await Paging.WriteAsync(context, rows, limit, row => BatchJson.IdOf(row.Id), Write);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        await WriteAsync(context, await RequireAsync(context));
    }

    public async Task CancelAsync(HttpContext context)
    {
        var batch = await RequireAsync(context);
        if (!await batches.CancelAsync(batch, context.RequestAborted))
        {
            throw AdminErrors.Conflict($"This batch has ended: it is {batch.Status}.");
        }

        await WriteAsync(context, await RequireAsync(context));
    }

    private async Task<Guid> InputAsync(ContentOwner owner, string text, CancellationToken ct)
    {
        var file = ObjectIds.Parse(text, FileJson.IdOf) is { } id ? await files.FindAsync(owner, id, ct) : null;
        return file is null
            ? throw new RefusedException(OpenAiError.NotFound("not_found", "There is no such file.", "input_file_id"))
            : file.Purpose == FilePurpose.Batch
                ? file.Id
                : throw new RefusedException(OpenAiError.Invalid("invalid_value",
                    $"The file's purpose is '{file.Purpose}', not '{FilePurpose.Batch}'.", "input_file_id"));
    }

    private static string Require(AdminBody body, string name) =>
        FieldReader.Text(body.Find(name) ?? throw FieldReader.Missing(name), name, MaxWord);

    private static long? OutputSeconds(JsonElement? value)
    {
        const string Name = "output_expires_after";
        if (value is not { } expires)
        {
            return null;
        }

        FieldReader.RefuseOthers(expires, Name, "anchor", "seconds");
        if (!expires.TryGetProperty("anchor", out var anchor) || !FieldReader.IsText(anchor, "created_at"))
        {
            throw FieldReader.OutOfRange($"{Name}.anchor", "created_at");
        }

        return expires.TryGetProperty("seconds", out var seconds)
            ? FieldReader.Integer(seconds, $"{Name}.seconds", LeastSeconds, MostSeconds)
            : throw FieldReader.Missing($"{Name}.seconds");
    }

    private void Write(Utf8JsonWriter writer, BatchRow row) =>
        BatchJson.Write(writer, row, batches.MetadataOf(row), batches.ErrorsOf(row));

    private Task WriteAsync(HttpContext context, BatchRow row) =>
        JsonAnswer.WriteAsync(context, writer => Write(writer, row));

    private async Task<BatchRow> RequireAsync(HttpContext context)
    {
        var id = ObjectIds.Parse((string?)context.Request.RouteValues["id"], BatchJson.IdOf);
        var owner = ContentOwner.Of(context.Caller());
        return (id is { } known ? await batches.FindAsync(owner, known, context.RequestAborted) : null)
            ?? throw new RefusedException(OpenAiError.NotFound("not_found", "There is no such batch.", "id"));
    }
}
