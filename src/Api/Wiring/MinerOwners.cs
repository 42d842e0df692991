using Gateway.Billing;
using Gateway.ChainBridge.Payouts;
using Gateway.Core;

namespace Gateway.Api.Wiring;

/// <summary>Billing's question about who is paid for a hotkey, answered by the chain.</summary>
internal sealed class MinerOwners(ChainLink chain) : IMinerOwners
{
    public async Task<string?> OwnerAsync(NetUid netUid, Hotkey hotkey, CancellationToken cancellationToken) =>
        chain.Current is { } connection ? await HotkeyOwners.FindAsync(connection, hotkey, cancellationToken) : null;
}
