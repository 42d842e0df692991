using Gateway.Core;

namespace Gateway.Billing;

/// <summary>Knows where miners are paid. Without it nothing is paid and payables only grow.</summary>
public interface IMinerOwners
{
    /// <summary>The coldkey that owns a hotkey at a finalized block; null when the chain knows none: then it is paid
    /// another day.</summary>
    public Task<string?> OwnerAsync(NetUid netUid, Hotkey hotkey, CancellationToken cancellationToken);
}
