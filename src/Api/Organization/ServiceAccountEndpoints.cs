using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/projects/{id}/service_accounts and their keys.</summary>
internal sealed class ServiceAccountEndpoints(
    ServiceAccountStore accounts, ProjectEndpoints projects, KeyDirectory keys, BodyBudget budget)
{
    private const string Type = "organization.project.service_account";
    private const int MaxName = 100;
    private const long MillisPerSecond = 1000;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await accounts.ListAsync(
            await projects.FindAsync(context), Paging.After(context.Request, ObjectIds.ServiceAccount), limit);
        await Paging.WriteAsync(
            context, rows, limit, row => ObjectIds.ServiceAccount(row.Id), (writer, row) => Write(writer, row));
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await FindAsync(context);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        AdminErrors.RefuseArchived(project);
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var (account, key, text) = await accounts.CreateAsync(
            project, body.RequireName("name", MaxName), context.Actor())
            ?? throw AdminErrors.Conflict(
                $"A project has at most {ServiceAccountStore.MaxAccounts} service accounts.");
        await JsonAnswer.WriteAsync(context, writer => Write(writer, account, key, text));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await accounts.DeleteAsync(await projects.FindAsync(context), id, context.Actor()))
        {
            throw NoAccount();
        }

        keys.Refresh(context.Caller().Org);
        await DeletedJson.WriteAsync(context, Type, ObjectIds.ServiceAccount(id));
    }

    public async Task ListKeysAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await accounts.KeysAsync(
            await FindAsync(context), Paging.AfterKey(context.Request), limit);
        await Paging.WriteAsync(
            context, rows, limit, row => new KeyId(row.Id).ToString(), (writer, row) => KeyJson.Write(writer, row));
    }

    public async Task CreateKeyAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        AdminErrors.RefuseArchived(project);
        var account = await FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var (key, text) = await accounts.AddKeyAsync(
            project, account.Id, body.RequireName("name", MaxName), context.Actor())
            ?? throw AdminErrors.Conflict("This service account has too many keys.");
        await JsonAnswer.WriteAsync(context, writer => KeyJson.Write(writer, key, text));
    }

    private async Task<ServiceAccountRow> FindAsync(HttpContext context) =>
        await accounts.FindAsync(await projects.FindAsync(context), IdOf(context)) ?? throw NoAccount();

    private static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["account"], ObjectIds.ServiceAccount)
            ?? throw NoAccount();

    private static RefusedException NoAccount() => AdminErrors.NotFound("service account");

    private static void Write(
        Utf8JsonWriter writer, ServiceAccountRow row, ApiKeyRow? key = null, string? text = null)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, Type);
        writer.WriteString("id"u8, ObjectIds.ServiceAccount(row.Id));
        writer.WriteString("name"u8, row.Name);
        writer.WriteString("role"u8, "member"u8);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        if (key is not null)
        {
            writer.WriteStartObject("api_key"u8);
            writer.WriteString("object"u8, "organization.project.service_account.api_key"u8);
            writer.WriteString("id"u8, new KeyId(key.Id).ToString());
            writer.WriteString("name"u8, key.Label);
            writer.WriteNumber("created_at"u8, key.CreatedAt / MillisPerSecond);
            writer.WriteString("value"u8, text);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }
}
