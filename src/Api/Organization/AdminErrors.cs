using Gateway.Api.OpenAi;

namespace Gateway.Api.Organization;

/// <summary>What a manager reads when something is not there or cannot be done.</summary>
internal static class AdminErrors
{
    public static RefusedException NoProject() => NotFound("project");

    public static RefusedException NoKey() => NotFound("API key");

    public static RefusedException NotFound(string what) => new(OpenAiError.NotFound("not_found",
        $"There is no such {what} in this organisation."));

    // Repeating it changes nothing, and clients repeat a 409 unless they are told.
    public static RefusedException Conflict(string message) =>
        new(new OpenAiError(StatusCodes.Status409Conflict, "conflict_error", "conflict", message)
        {
            ShouldRetry = false,
        });
}
