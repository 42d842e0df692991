using Gateway.Api.Access;
using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>What a manager reads when something is not there or cannot be done.</summary>
internal static class AdminErrors
{
    public static RefusedException NoProject() => NotFound("project");

    public static RefusedException NoKey() => NotFound("API key");

    public static RefusedException NotFound(string what) => new(OpenAiError.NotFound("not_found",
        $"There is no such {what} in this organisation."));

    public static RefusedException Conflict(string message) => Conflict("conflict", message);

    public static RefusedException LastOwner() =>
        Conflict("last_owner", "An organisation keeps at least one owner. Make somebody else an owner first.");

    public static RefusedException OwnersOnly() =>
        new(OpenAiError.Forbidden("Only owners make and unmake owners."));

    public static RefusedException OwnRole() =>
        new(OpenAiError.Forbidden("Nobody changes his own role. Somebody else who manages members does."));

    public static RefusedException AboveRemover() => new(OpenAiError.Forbidden(
        "By a group, or by the admin keys that would end, this person reaches further than you: an owner may."));

    /// <exception cref="RefusedException">409.</exception>
    public static void RefuseArchived(ProjectRow project)
    {
        if (project.ArchivedAt is not null)
        {
            throw Conflict("This project is archived: it takes no new keys.");
        }
    }

    // Repeating it changes nothing, and clients repeat a 409 unless they are told.
    private static RefusedException Conflict(string code, string message) =>
        new(new OpenAiError(StatusCodes.Status409Conflict, "conflict_error", code, message)
        {
            ShouldRetry = false,
        });
}
