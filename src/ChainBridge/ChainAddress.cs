using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge;

/// <summary>SS58 addresses as people type them.</summary>
public static class ChainAddress
{
    /// <summary>What is wrong with an address, a sentence for who typed it; null when it is the one text of an account
    /// with Bittensor's prefix.</summary>
    public static string? Problem(string text)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(text, account, out var fault) ? null : fault.ToString();
    }
}
