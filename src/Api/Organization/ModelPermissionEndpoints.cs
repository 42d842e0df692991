using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/projects/{id}/model_permissions: what its keys may call at most. Lists of what is allowed
/// only: what a list forbids comes back under another name.</summary>
internal sealed class ModelPermissionEndpoints(
    ModelPermissionStore permissions, ProjectEndpoints projects, KeyDirectory keys, BodyBudget budget)
{
    private const string Type = "project.model_permissions";
    private const string AllowList = "allow_list";

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var project = await projects.FindAsync(context);
        var models = project.Models ?? throw AdminErrors.NotFound("list of models");
        await WriteAsync(context, models.Split(' '));
    }

    public async Task SetAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        var body = await AdminBody.ReadAsync(context.Request, budget, "mode", "model_ids");
        if (FieldReader.Text(body.Find("mode") ?? throw FieldReader.Missing("mode"), "mode", 32) != AllowList)
        {
            throw FieldReader.OutOfRange("mode", AllowList);
        }

        var models = KeyJson.ReadModels(body.Find("model_ids") ?? throw FieldReader.Missing("model_ids"), "model_ids");
        await permissions.SetAsync(project, models, context.Actor());
        keys.Refresh(context.Caller().Org);
        await WriteAsync(context, models);
    }

    public async Task ClearAsync(HttpContext context)
    {
        var project = await projects.FindAsync(context);
        if (project.Models is null)
        {
            throw AdminErrors.NotFound("list of models");
        }

        await permissions.SetAsync(project, null, context.Actor());
        keys.Refresh(context.Caller().Org);
        await JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, Type + ".deleted");
            writer.WriteBoolean("deleted"u8, true);
            writer.WriteEndObject();
        });
    }

    private static Task WriteAsync(HttpContext context, IReadOnlyList<string> models) =>
        JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, Type);
            writer.WriteString("mode"u8, AllowList);
            KeyJson.WriteList(writer, "model_ids", models);
            writer.WriteEndObject();
        });
}
