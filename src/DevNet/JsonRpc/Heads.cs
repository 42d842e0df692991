namespace Gateway.DevNet.JsonRpc;

/// <summary>Which blocks a subscription follows.</summary>
internal enum Heads
{
    /// <summary>The newest of the best chain.</summary>
    Best,

    /// <summary>Every block made.</summary>
    All,

    /// <summary>Those that became final.</summary>
    Finalized,
}
