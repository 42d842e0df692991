using System.Globalization;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>The dialect chutes, as in rayonlabs/chutes-api @e98dc54: signed, its payload not encrypted.</summary>
internal static class Chutes
{
    public static SignedHeaders Sign(Sr25519Keypair key, Hotkey sender, ReadOnlySpan<byte> body, MinerCall call)
    {
        var nonce = call.Now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var text = $"{call.Receiver}:{sender}:{nonce}:{SignedText.Sha256(body)}";
        return new SignedHeaders(
        [
            new("X-Chutes-Validator", sender.Ss58),
            new("X-Chutes-Miner", call.Receiver.Ss58),
            new("X-Chutes-Nonce", nonce),
            new("X-Chutes-Signature", SignedText.Sign(key, text)),
        ]);
    }
}
