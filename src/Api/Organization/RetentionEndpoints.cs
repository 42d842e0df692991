using System.Text.Json.Nodes;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Api.Responses;
using Gateway.Core;
using Microsoft.EntityFrameworkCore;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/projects/{id}/data_retention: what may be kept of its requests.</summary>
internal sealed class RetentionEndpoints(
    AuditTrail trail, ProjectEndpoints projects, ResponseStore responses, KeyDirectory keys, BodyBudget budget)
{
    private const string Default = "organization_default";
    private const string TypeField = "retention_type";
    private const int MaxWord = 64;

    /// <summary>What can be said.</summary>
    public static readonly string[] Types = [Default, "none", ProjectRow.ZeroRetention];

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        await WriteAsync(context, (await projects.FindAsync(context)).Retention);
    }

    public async Task SetAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, TypeField);
        var type = FieldReader.Text(body.Find(TypeField) ?? throw FieldReader.Missing(TypeField), TypeField, MaxWord);
        if (!Types.Contains(type))
        {
            throw FieldReader.OutOfRange(TypeField, string.Join(", ", Types));
        }

        await WriteAsync(context, await SetAsync(project, type, context.Actor()));
    }

    /// <summary>Says what may be kept, one of <see cref="Types"/>; what is stored already goes where nothing may
    /// be.</summary>
    /// <returns>As the project's row has it.</returns>
    public async Task<string?> SetAsync(ProjectRow project, string type, Actor actor)
    {
        var retention = type == Default ? null : type;
        await trail.ActAsync(new(project.Org), actor, async act =>
        {
            var row = await act.Db.Projects.SingleAsync(one => one.Id == project.Id && one.Org == project.Org);
            row.Retention = retention;
            var id = new ProjectId(project.Id);
            act.Note(new("project.data_retention.updated", id.ToString(), id, new JsonObject { [TypeField] = type }));
            return true;
        });
        keys.Refresh(new(project.Org));
        if (retention == ProjectRow.ZeroRetention)
        {
            await responses.DeleteAllAsync(project.Id, CancellationToken.None);
        }

        return retention;
    }

    private static Task WriteAsync(HttpContext context, string? retention) => JsonAnswer.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "project.data_retention"u8);
        writer.WriteString("type"u8, retention ?? Default);
        writer.WriteEndObject();
    });
}
