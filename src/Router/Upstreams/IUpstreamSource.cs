namespace Gateway.Router;

/// <summary>Where the router learns who serves. Implemented by the host.</summary>
public interface IUpstreamSource
{
    /// <summary>The newest snapshot, swapped atomically: the same reference until something changed. Read on every
    /// request from any thread.</summary>
    public UpstreamSnapshot Current { get; }
}
