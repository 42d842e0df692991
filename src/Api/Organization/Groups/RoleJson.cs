using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;

namespace Gateway.Api.Organization.Groups;

/// <summary>Roles in JSON, in OpenAI's shape. All of them are predefined; what each may do is in docs/api.md.</summary>
internal static class RoleJson
{
    private const string OfOrganization = "role_";
    private const string OfProject = "role_project_";
    private const int MaxId = 64;
    private const long MillisPerSecond = 1000;

    /// <summary>The public id of a role.</summary>
    /// <param name="name">As the store has it.</param>
    /// <param name="isProjects">Whether it is one in a project.</param>
    public static string IdOf(string name, bool isProjects) => (isProjects ? OfProject : OfOrganization) + name;

    /// <summary>The role behind an id; null when there is none.</summary>
    public static string? Parse(string? id, bool isProjects) => Array.Find(
        isProjects ? RoleNames.OfProject : RoleNames.OfOrganization, name => IdOf(name, isProjects) == id);

    /// <summary>The role that a body names by its id, and in a project by its plain name too.</summary>
    /// <exception cref="OpenAi.RefusedException">400: it is missing, or no such role.</exception>
    public static string Read(AdminBody body, string member, bool isProjects)
    {
        var known = isProjects ? RoleNames.OfProject : RoleNames.OfOrganization;
        var text = FieldReader.Text(body.Find(member) ?? throw FieldReader.Missing(member), member, MaxId);
        return Parse(text, isProjects) ?? (isProjects && known.Contains(text) ? text : null)
            ?? throw FieldReader.OutOfRange(member, string.Join(", ", known.Select(name => IdOf(name, isProjects))));
    }

    public static void Write(Utf8JsonWriter writer, string name, bool isProjects)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "role"u8);
        WriteMembers(writer, name, isProjects);
        writer.WriteEndObject();
    }

    /// <summary>A role as a group has it.</summary>
    public static void WriteAssigned(Utf8JsonWriter writer, GroupRow group, string name, long addedAt, bool isProjects)
    {
        writer.WriteStartObject();
        WriteMembers(writer, name, isProjects);
        writer.WriteNumber("created_at"u8, addedAt / MillisPerSecond);
        foreach (var absent in (ReadOnlySpan<string>)["updated_at", "created_by", "created_by_user_obj", "metadata"])
        {
            writer.WriteNull(absent);
        }

        writer.WriteStartArray("assignment_sources"u8);
        writer.WriteStartObject();
        writer.WriteString("principal_id"u8, ObjectIds.Group(group.Id));
        writer.WriteString("principal_type"u8, "group"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteMembers(Utf8JsonWriter writer, string name, bool isProjects)
    {
        writer.WriteString("id"u8, IdOf(name, isProjects));
        writer.WriteString("name"u8, name);
        writer.WriteNull("description"u8);
        writer.WriteStartArray("permissions"u8);
        foreach (var act in Enum.GetValues<Act>())
        {
            var reach = RoleTable.Of(isProjects ? RoleNames.InProject(name) : RoleNames.Parse(name)!.Value, act);
            if (reach != Reach.None)
            {
                writer.WriteStringValue($"{SnakeCase.Of(act.ToString())}:{SnakeCase.Of(reach.ToString())}");
            }
        }

        writer.WriteEndArray();
        writer.WriteBoolean("predefined_role"u8, true);
        writer.WriteString("resource_type"u8, isProjects ? "api.project"u8 : "api.organization"u8);
    }
}
