using System.Diagnostics.CodeAnalysis;

namespace Gateway.Billing;

/// <summary>Where a payout stands. The last three are final.</summary>
public enum PayoutState
{
    /// <summary>Asked for; its money is set aside.</summary>
    Requested,

    /// <summary>One person has approved.</summary>
    Approved1,

    /// <summary>Two people have approved: ready for the signer.</summary>
    Approved2,

    /// <summary>Signed and stored, perhaps not sent.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "By a key; it is no signed integer.")]
    Signed,

    /// <summary>Sent to the chain.</summary>
    Broadcast,

    /// <summary>Its era has passed in a finalized block: it may be signed again, with the same nonce.</summary>
    Expired,

    /// <summary>Paid.</summary>
    Finalized,

    /// <summary>It cannot be paid; its money is back where it was.</summary>
    Failed,

    /// <summary>Taken back before it was signed; its money is back where it was.</summary>
    Cancelled,
}
