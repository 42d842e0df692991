using System.Globalization;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>The dialect fiber, as in rayonlabs/fiber @edd328c: the plain mode, where the body is signed, and the
/// encrypted one, where the body is sealed under a key that was exchanged and only the key's name is signed.</summary>
internal static class Fiber
{
    // Of the request's id, so that a nonce is as rare as the id.
    private const int NonceLetters = 10;
    private const long NanosecondsPerTick = 100;

    /// <summary>Headers of the plain mode.</summary>
    public static SignedHeaders Sign(Sr25519Keypair key, Hotkey sender, ReadOnlySpan<byte> body, MinerCall call)
    {
        var nonce = NonceOf(call.Now, call.Uuid);
        return new SignedHeaders(Pairs(key, sender, call, nonce, SignedText.Sha256(body)));
    }

    /// <summary>Headers of the encrypted mode.</summary>
    /// <exception cref="ArgumentException">The call names no key.</exception>
    public static SignedHeaders SignSealed(Sr25519Keypair key, Hotkey sender, MinerCall call)
    {
        ArgumentException.ThrowIfNullOrEmpty(call.KeyId, nameof(call));
        var nonce = NonceOf(call.Now, call.Uuid);
        return new SignedHeaders(
            [new("symmetric-key-uuid", call.KeyId), .. Pairs(key, sender, call, nonce, call.KeyId)]);
    }

    /// <summary>A nonce: nanoseconds, and ten letters and digits.</summary>
    public static string NonceOf(DateTimeOffset now, Guid uuid)
    {
        var time = (now - DateTimeOffset.UnixEpoch).Ticks * NanosecondsPerTick;
        return string.Create(
            CultureInfo.InvariantCulture, $"{time}_{uuid.ToString("N").AsSpan()[^NonceLetters..]}");
    }

    private static KeyValuePair<string, string>[] Pairs(
        Sr25519Keypair key, Hotkey sender, MinerCall call, string nonce, string signed) =>
    [
        new("validator-hotkey", sender.Ss58),
        new("miner-hotkey", call.Receiver.Ss58),
        new("nonce", nonce),
        new("signature", $"0x{SignedText.Sign(key, $"{nonce}:{call.Receiver}:{signed}")}"),
    ];
}
