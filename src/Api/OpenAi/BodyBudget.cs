namespace Gateway.Api.OpenAi;

/// <summary>The bytes that request bodies in flight may hold on this replica, all together.</summary>
internal sealed class BodyBudget
{
    /// <summary>256 MB: beyond it the replica is overloaded and says so rather than swap.</summary>
    public const long Limit = 256L * 1024 * 1024;

    private const int RetryAfterSeconds = 1;

    private long _taken;

    /// <exception cref="RefusedException">503 when the budget is used up.</exception>
    public void Take(long bytes)
    {
        if (Interlocked.Add(ref _taken, bytes) > Limit)
        {
            Interlocked.Add(ref _taken, -bytes);
            throw new RefusedException(OpenAiError.Server(StatusCodes.Status503ServiceUnavailable, "overloaded",
                "Too many request bodies are in flight here. Repeat the request after a moment.", RetryAfterSeconds));
        }
    }

    public void Return(long bytes) => Interlocked.Add(ref _taken, -bytes);
}
