namespace Gateway.Router;

/// <summary>A feature of a connection whose host can tell what has left the process. A write that the connection took
/// may still wait in it, and dies with the process; what the kernel has does not.</summary>
public interface ISendProgress
{
    /// <summary>Waits, a moment at most, until the kernel has all bytes written so far.</summary>
    /// <returns>Whether it has; false where the reader takes nothing, or nobody can say.</returns>
    public ValueTask<bool> WaitAsync(CancellationToken ct);
}
