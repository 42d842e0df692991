using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;
using Gateway.Api.Content;
using Gateway.Api.OpenAi;
using Gateway.Api.Organization;

namespace Gateway.Api.Responses;

/// <summary>/v1/responses/{id}: what was stored. Reading it is free.</summary>
internal sealed class StoredResponseEndpoints(ResponseStore store)
{
    public const string Path = ResponsesShape.ThePath + "/{id}";
    public const string ItemsPath = Path + "/input_items";

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var found = await RequireAsync(context);
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(found.Answer, context.RequestAborted);
    }

    public async Task DeleteAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var found = await RequireAsync(context);
        await store.DeleteAsync(ContentOwner.Of(context.Caller()), found.Id, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, ResponseId.Of(found.Id));
            writer.WriteString("object"u8, "response"u8);
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    }

    /// <summary>The items of its own input, the last first.</summary>
    public async Task ItemsAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "order");
        var limit = Paging.Limit(context.Request);
        using var document = JsonDocument.Parse((await RequireAsync(context)).Input);
        var items = document.RootElement.EnumerateArray().ToList();
        if (!Paging.OldestFirst(context.Request))
        {
            items.Reverse();
        }

        if (Paging.After(context.Request) is { } mark)
        {
            var at = items.FindIndex(item => IdOf(item) == mark);
            items = at < 0
                ? throw FieldReader.OutOfRange("after", "the last id of the page before")
                : items[(at + 1)..];
        }

        await Paging.WriteAsync(
            context, items.Take(limit + 1).ToList(), limit, IdOf, (writer, item) => item.WriteTo(writer));
    }

    private static string IdOf(JsonElement item) =>
        item.GetProperty("id"u8) is { ValueKind: JsonValueKind.String } id ? id.GetString()! : "";

    private async Task<StoredResponse> RequireAsync(HttpContext context)
    {
        var id = ResponseId.Parse((string?)context.Request.RouteValues["id"]);
        var owner = ContentOwner.Of(context.Caller());
        return (id is { } known ? await store.FindAsync(owner, known, context.RequestAborted) : null)
            ?? throw new RefusedException(OpenAiError.NotFound("not_found",
                "There is no such response: it was not stored, has expired or was deleted."));
    }
}
