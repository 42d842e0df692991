using System.Globalization;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>The dialect fiber in its plain mode, as in rayonlabs/fiber @edd328c. Its other mode, a body under a
/// symmetric key that is exchanged first, is not built.</summary>
internal static class Fiber
{
    // Of the request's id, so that a nonce is as rare as the id.
    private const int NonceLetters = 10;
    private const long NanosecondsPerTick = 100;

    public static SignedHeaders Sign(Sr25519Keypair key, Hotkey sender, ReadOnlySpan<byte> body, MinerCall call)
    {
        var time = (call.Now - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        var nonce = string.Create(
            CultureInfo.InvariantCulture, $"{time}_{call.Uuid.ToString("N").AsSpan()[^NonceLetters..]}");
        var text = $"{nonce}:{call.Receiver}:{SignedText.Sha256(body)}";
        return new SignedHeaders(
        [
            new("validator-hotkey", sender.Ss58),
            new("miner-hotkey", call.Receiver.Ss58),
            new("nonce", nonce),
            new("signature", $"0x{SignedText.Sign(key, text)}"),
        ]);
    }
}
