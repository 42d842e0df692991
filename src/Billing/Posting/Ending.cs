namespace Gateway.Billing;

/// <summary>How a request ended, as far as its price depends on it.</summary>
public enum Ending
{
    /// <summary>The answer ended by itself; even an empty one costs its input.</summary>
    Complete,

    /// <summary>The gateway stopped it at a limit (tokens, credit, max_cost): what was delivered is charged.</summary>
    Cut,

    /// <summary>The caller went away: what was delivered is charged, nothing if that is no token.</summary>
    ClientGone,

    /// <summary>An error of ours or of all upstreams: free.</summary>
    Failed,
}
