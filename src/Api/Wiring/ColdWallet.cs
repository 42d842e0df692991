using Gateway.Api.Hosting;
using Gateway.ChainBridge.Payouts;

namespace Gateway.Api.Wiring;

/// <summary>Where deposits are swept to: the signer sends them there, and the watcher must know it as ours. DevNet
/// makes its own.</summary>
internal static class ColdWallet
{
    private const string File = "cold.key";

    /// <summary>Its address; null where none is set, and then nothing is swept.</summary>
    public static string? Of(GatewaySettings settings, DataDirectory directory)
    {
        if (settings.Signer.Cold is not null || !settings.IsDevNet)
        {
            return settings.Signer.Cold;
        }

        using var key = ApproverKey.Open(directory.Secret(File));
        return key.Address;
    }
}
