using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.OpenAi;
using Gateway.Core;

namespace Gateway.Api.Organization.Groups;

/// <summary>Groups in JSON, in OpenAI's shape.</summary>
internal static class GroupJson
{
    private const long MillisPerSecond = 1000;

    public static void Write(Utf8JsonWriter writer, GroupRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, ObjectIds.Group(row.Id));
        writer.WriteString("name"u8, row.Name);
        writer.WriteNumber("created_at"u8, row.CreatedAt / MillisPerSecond);
        writer.WriteString("group_type"u8, "group"u8);
        writer.WriteBoolean("is_scim_managed"u8, false);
        writer.WriteEndObject();
    }

    public static void WriteMember(Utf8JsonWriter writer, MemberRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("id"u8, ObjectIds.User(row.Id));
        writer.WriteString("name"u8, row.Name);
        writer.WriteString("email"u8, row.Email);
        writer.WriteString("user_type"u8, "user"u8);
        writer.WriteBoolean("is_service_account"u8, false);
        writer.WriteNull("picture"u8);
        writer.WriteEndObject();
    }

    public static void WriteOfProject(Utf8JsonWriter writer, ProjectRow project, GroupRow group, long addedAt)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "project.group"u8);
        writer.WriteString("project_id"u8, new ProjectId(project.Id).ToString());
        writer.WriteString("group_id"u8, ObjectIds.Group(group.Id));
        writer.WriteString("group_name"u8, group.Name);
        writer.WriteString("group_type"u8, "group"u8);
        writer.WriteNumber("created_at"u8, addedAt / MillisPerSecond);
        writer.WriteEndObject();
    }

    /// <summary>The answer to a role that was given to a group.</summary>
    public static Task WriteAssignmentAsync(HttpContext context, GroupRow group, string role, bool isProjects) =>
        JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "group.role"u8);
            writer.WriteStartObject("group"u8);
            writer.WriteString("object"u8, "group"u8);
            writer.WriteString("id"u8, ObjectIds.Group(group.Id));
            writer.WriteString("name"u8, group.Name);
            writer.WriteNumber("created_at"u8, group.CreatedAt / MillisPerSecond);
            writer.WriteBoolean("scim_managed"u8, false);
            writer.WriteEndObject();
            writer.WritePropertyName("role"u8);
            RoleJson.Write(writer, role, isProjects);
            writer.WriteEndObject();
        });

    /// <summary>Writes a list of which one more row was read than is shown, in the way of these endpoints: <c>next</c>
    /// is what <c>after</c> is on the next page.</summary>
    public static Task WriteListAsync<T>(
        HttpContext context, IReadOnlyList<T> rows, int limit, Func<T, string> id, Action<Utf8JsonWriter, T> write) =>
        JsonAnswer.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("object"u8, "list"u8);
            writer.WriteStartArray("data"u8);
            foreach (var row in rows.Take(limit))
            {
                write(writer, row);
            }

            writer.WriteEndArray();
            writer.WriteBoolean("has_more"u8, rows.Count > limit);
            writer.WriteString("next"u8, rows.Count > limit ? id(rows[limit - 1]) : null);
            writer.WriteEndObject();
        });
}
