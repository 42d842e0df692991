using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>spend_alerts of the organisation and of its projects: told by webhook and in the audit log.</summary>
internal sealed class SpendAlertEndpoints(SpendAlertStore alerts, ProjectStore projects, BodyBudget budget)
{
    private const string Type = "organization.spend_alert";
    private const long MillisPerSecond = 1000;
    private const int MaxId = 64;

    private static readonly string[] NewNames = [.. SpendLimitJson.Names, "project_id"];

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit");
        var limit = Paging.Limit(context.Request);
        var rows = await alerts.ListAsync(
            context.Caller().Org, Paging.After(context.Request, ObjectIds.SpendAlert), limit);
        await Paging.WriteAsync(context, rows, limit, row => ObjectIds.SpendAlert(row.Id), Write);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var row = await alerts.FindAsync(context.Caller().Org, IdOf(context)) ?? throw NoAlert();
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, NewNames);
        var threshold = SpendLimitJson.Read(body.Find, "");
        var project = await ProjectOfAsync(context.Caller().Org, body);
        var row = await alerts.CreateAsync(context.Caller().Org, project, threshold, context.Actor())
            ?? throw AdminErrors.Conflict($"An organisation has at most {SpendAlertStore.MaxAlerts} spend alerts.");
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, SpendLimitJson.Names);
        var threshold = SpendLimitJson.Read(body.Find, "");
        var row = await alerts.ChangeAsync(context.Caller().Org, IdOf(context), threshold, context.Actor())
            ?? throw NoAlert();
        await JsonAnswer.WriteAsync(context, writer => Write(writer, row));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        var id = IdOf(context);
        if (!await alerts.DeleteAsync(context.Caller().Org, id, context.Actor()))
        {
            throw NoAlert();
        }

        await DeletedJson.WriteAsync(context, Type, ObjectIds.SpendAlert(id));
    }

    private async Task<ProjectId?> ProjectOfAsync(OrgId org, AdminBody body)
    {
        if (body.Find("project_id") is not { } value)
        {
            return null;
        }

        return ProjectId.TryParse(FieldReader.Text(value, "project_id", MaxId), out var id)
            && await projects.FindAsync(org, id) is not null
                ? id
                : throw AdminErrors.NoProject();
    }

    private static void Write(Utf8JsonWriter writer, SpendAlertRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, Type);
        writer.WriteString("id"u8, ObjectIds.SpendAlert(row.Id));
        writer.WriteString("project_id"u8, row.Project is { } project ? new ProjectId(project).ToString() : null);
        SpendLimitJson.Write(writer, SpendLimit.From(row.Nusd, row.Period)!.Value);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        KeyJson.Optional(writer, "reached_since", row.ToldOf / MillisPerSecond);
        writer.WriteEndObject();
    }

    private static Guid IdOf(HttpContext context) =>
        ObjectIds.Parse((string?)context.Request.RouteValues["alert"], ObjectIds.SpendAlert) ?? throw NoAlert();

    private static RefusedException NoAlert() => AdminErrors.NotFound("spend alert");
}
