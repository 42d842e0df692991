namespace Gateway.ChainBridge.Payouts;

/// <summary>How the books have an order.</summary>
/// <param name="Id">Which.</param>
/// <param name="Stage">How far it is.</param>
/// <param name="Hash">The extrinsic it was signed as, where they know one.</param>
public sealed record OrderState(string Id, OrderStage Stage, string? Hash);

/// <summary>How far an order is.</summary>
public enum OrderStage
{
    /// <summary>Not signed.</summary>
    Waiting,

    /// <summary>Signed, sent or in a block.</summary>
    UnderWay,

    /// <summary>Signed and expired.</summary>
    Expired,

    /// <summary>Paid.</summary>
    Paid,

    /// <summary>Cancelled or failed: its money is back where it was.</summary>
    Undone,
}
