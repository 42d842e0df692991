using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Audit;
using Gateway.Api.Chat;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization;

/// <summary>/v1/organization/projects: the parts of an organisation.</summary>
internal sealed class ProjectEndpoints(ProjectStore projects, KeyDirectory keys, BodyBudget budget)
{
    private const int MaxName = 100;
    private const long MillisPerSecond = 1000;

    public async Task ListAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request, "after", "limit", "include_archived");
        var limit = Paging.Limit(context.Request);
        var rows = await projects.ListAsync(context.Caller().Org, After(context.Request), limit,
            IsTrue(context.Request));
        await Paging.WriteAsync(context, rows, limit, row => new ProjectId(row.Id).ToString(), Write);
    }

    public async Task GetAsync(HttpContext context)
    {
        Paging.RefuseOthers(context.Request);
        var found = await FindAsync(context);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, found));
    }

    public async Task CreateAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var created = await projects.CreateAsync(
            context.Caller().Org, body.RequireName("name", MaxName), context.Actor())
            ?? throw AdminErrors.Conflict($"An organisation has at most {ProjectStore.MaxProjects} projects.");
        await JsonAnswer.WriteAsync(context, writer => Write(writer, created));
    }

    public async Task ChangeAsync(HttpContext context)
    {
        var body = await AdminBody.ReadAsync(context.Request, budget, "name");
        var changed = await projects.RenameAsync(
            context.Caller().Org, IdOf(context), body.RequireName("name", MaxName), context.Actor())
            ?? throw AdminErrors.NoProject();
        await JsonAnswer.WriteAsync(context, writer => Write(writer, changed));
    }

    public async Task ArchiveAsync(HttpContext context)
    {
        var org = context.Caller().Org;
        var archived = await projects.ArchiveAsync(org, IdOf(context), context.Actor())
            ?? throw AdminErrors.NoProject();
        if (archived.IsDefault)
        {
            throw AdminErrors.Conflict("The default project cannot be archived.");
        }

        keys.Refresh(org);
        await JsonAnswer.WriteAsync(context, writer => Write(writer, archived));
    }

    /// <summary>The project that the address names, archived or not.</summary>
    /// <exception cref="RefusedException">404.</exception>
    public async Task<ProjectRow> FindAsync(HttpContext context) =>
        await projects.FindAsync(context.Caller().Org, IdOf(context)) ?? throw AdminErrors.NoProject();

    private static ProjectId IdOf(HttpContext context) =>
        ProjectId.TryParse((string?)context.Request.RouteValues["project"], out var id)
            ? id
            : throw AdminErrors.NoProject();

    private static ProjectId? After(HttpRequest request)
    {
        if (Paging.After(request) is not { } text)
        {
            return null;
        }

        return ProjectId.TryParse(text, out var id) ? id : throw FieldReader.OutOfRange("after", "a project's id");
    }

    private static bool IsTrue(HttpRequest request) => request.Query["include_archived"].ToString() switch
    {
        "" or "false" => false,
        "true" => true,
        _ => throw FieldReader.WrongType("include_archived", "true or false"),
    };

    private static void Write(Utf8JsonWriter writer, ProjectRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, new ProjectId(row.Id).ToString());
        writer.WriteString("object"u8, "organization.project"u8);
        writer.WriteString("name"u8, row.Name);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        if (row.ArchivedAt is { } archived)
        {
            writer.WriteNumber("archived_at"u8, archived / MillisPerSecond);
        }
        else
        {
            writer.WriteNull("archived_at"u8);
        }

        writer.WriteString("status"u8, row.ArchivedAt is null ? "active"u8 : "archived"u8);
        writer.WriteBoolean("is_default"u8, row.IsDefault);
        writer.WriteEndObject();
    }
}
