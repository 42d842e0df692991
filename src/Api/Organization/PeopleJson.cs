using System.Net.Mail;
using System.Text.Json;
using Gateway.Api.Access;
using Gateway.Api.Chat;

namespace Gateway.Api.Organization;

/// <summary>People, invites and their roles in JSON.</summary>
internal static class PeopleJson
{
    private const int MaxEmail = 254;
    private const int MaxRole = 32;
    private const int MaxId = 64;
    private const int MaxProjects = 50;
    private const long MillisPerSecond = 1000;

    public static string ReadRole(AdminBody body, string[] allowed) => body.Find("role") is { } value
        ? ReadRole(value, "role", allowed)
        : throw FieldReader.Missing("role");

    /// <summary>One plain address; letters are folded, since no mail server that people use tells them apart.</summary>
    public static string ReadEmail(AdminBody body)
    {
        var text = FieldReader.Text(body.Find("email") ?? throw FieldReader.Missing("email"), "email", MaxEmail);
        return MailAddress.TryCreate(text, out var address) && address.Address == text && !text.Any(char.IsControl)
            ? text.ToLowerInvariant()
            : throw FieldReader.OutOfRange("email", "one e-mail address");
    }

    /// <summary>The projects an invite leads into; what they are is checked by the caller.</summary>
    public static List<(string Id, string Role)> ReadProjects(AdminBody body)
    {
        if (body.Find("projects") is not { } value)
        {
            return [];
        }

        if (value.ValueKind != JsonValueKind.Array)
        {
            throw FieldReader.WrongType("projects", "an array of objects");
        }

        return value.GetArrayLength() <= MaxProjects
            ? [.. value.EnumerateArray().Select((each, i) => ReadProject(each, $"projects[{i}]"))]
            : throw FieldReader.OutOfRange("projects", $"at most {MaxProjects} entries");
    }

    public static void WriteUser(Utf8JsonWriter writer, MemberRow row)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.user"u8);
        WritePerson(writer, row);
        writer.WriteString("role"u8, row.Role);
        writer.WriteNumber("added_at"u8, row.CreatedAt / MillisPerSecond);
        writer.WriteEndObject();
    }

    public static void WriteProjectUser(Utf8JsonWriter writer, (MemberRow Person, ProjectMemberRow Part) row)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.project.user"u8);
        WritePerson(writer, row.Person);
        writer.WriteString("role"u8, row.Part.Role);
        writer.WriteNumber("added_at"u8, row.Part.AddedAt / MillisPerSecond);
        writer.WriteEndObject();
    }

    /// <summary>Writes an invite, with its token only when it was made just now.</summary>
    public static void WriteInvite(Utf8JsonWriter writer, InviteRow row, DateTimeOffset now, string? token = null)
    {
        writer.WriteStartObject();
        writer.WriteString("object"u8, "organization.invite"u8);
        writer.WriteString("id"u8, ObjectIds.Invite(row.Id));
        writer.WriteString("email"u8, row.Email);
        writer.WriteString("role"u8, row.Role);
        writer.WriteString("status"u8, row.AcceptedAt is not null
            ? "accepted"
            : row.ExpiresAt <= now.ToUnixTimeMilliseconds() ? "expired" : "pending");
        writer.WriteNumber("invited_at"u8, row.InvitedAt / MillisPerSecond);
        writer.WriteNumber("created_at"u8, row.InvitedAt / MillisPerSecond);
        writer.WriteNumber("expires_at"u8, row.ExpiresAt / MillisPerSecond);
        KeyJson.Optional(writer, "accepted_at", row.AcceptedAt / MillisPerSecond);
        writer.WriteStartArray("projects"u8);
        foreach (var (project, role) in InviteStore.ProjectsOf(row))
        {
            writer.WriteStartObject();
            writer.WriteString("id"u8, project.ToString());
            writer.WriteString("role"u8, role);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        if (token is not null)
        {
            writer.WriteString("token"u8, token);
        }

        writer.WriteEndObject();
    }

    private static void WritePerson(Utf8JsonWriter writer, MemberRow row)
    {
        writer.WriteString("id"u8, ObjectIds.User(row.Id));
        writer.WriteString("name"u8, row.Name);
        writer.WriteString("email"u8, row.Email);
    }

    private static (string Id, string Role) ReadProject(JsonElement value, string path)
    {
        FieldReader.RefuseOthers(value, path, "id", "role");
        if (!value.TryGetProperty("id", out var id) || !value.TryGetProperty("role", out var role))
        {
            throw FieldReader.Missing(path + (value.TryGetProperty("id", out _) ? ".role" : ".id"));
        }

        return (FieldReader.Text(id, path + ".id", MaxId), ReadRole(role, path + ".role", RoleNames.OfProject));
    }

    private static string ReadRole(JsonElement value, string path, string[] allowed)
    {
        var text = FieldReader.Text(value, path, MaxRole);
        return allowed.Contains(text) ? text : throw FieldReader.OutOfRange(path, string.Join(", ", allowed));
    }
}
