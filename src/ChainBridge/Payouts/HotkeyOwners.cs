using Gateway.Core;

namespace Gateway.ChainBridge.Payouts;

/// <summary>Who is paid for a hotkey.</summary>
public static class HotkeyOwners
{
    /// <summary>The coldkey that owns a hotkey at the newest finalized block, SS58, by as many nodes as must agree;
    /// null when the chain knows nobody, or they do not agree or answer now.</summary>
    public static async Task<string?> FindAsync(
        ChainConnection chain, Hotkey hotkey, CancellationToken cancellationToken)
    {
        if (ChainAddress.Problem(hotkey.Ss58) is not null)
        {
            return null;
        }

        try
        {
            var head = await FinalState.ReadAsync(chain, cancellationToken);
            return await OrderJudge.OwnerAsync(head, hotkey.Ss58, cancellationToken);
        }
        catch (Exception failure) when (failure is Rpc.RpcException or Metadata.RuntimeDriftException)
        {
            return null;
        }
    }
}
