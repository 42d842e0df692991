using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Unicode;
using Gateway.ChainBridge.Keys;
using Gateway.Core;

namespace Gateway.ChainBridge.Dialects;

/// <summary>The dialect epistula-v2: its header names, its signed texts and the receiver's checks, as in
/// macrocosm-os/prompting @29eaf46 shared/epistula.py.</summary>
internal static class EpistulaV2
{
    public const string Version = "2";
    public const string VersionHeader = "Epistula-Version";
    public const string TimestampHeader = "Epistula-Timestamp";
    public const string UuidHeader = "Epistula-Uuid";
    public const string SignedByHeader = "Epistula-Signed-By";
    public const string SignedForHeader = "Epistula-Signed-For";
    public const string RequestSignatureHeader = "Epistula-Request-Signature";

    /// <summary>Enough for both signed texts.</summary>
    public const int MaximumTextLength = 256;

    /// <summary>The secret signatures change every 10,000 ms.</summary>
    public const long IntervalMilliseconds = 10_000;

    /// <summary>"0x" and 128 hex digits.</summary>
    public const int SignatureTextLength = 2 + (2 * Sr25519.SignatureLength);

    /// <summary>Older requests are stale. Requests as far ahead of the receiver's clock are too, else a receiver would
    /// have to remember their ids for ever.</summary>
    public static readonly TimeSpan MaximumAge = TimeSpan.FromSeconds(8);

    private const string HexMark = "0x";

    /// <summary>Offset from the interval's end of the three secret signatures, by their number.</summary>
    private static readonly int[] SecretOffsets = [-1, 0, 1];

    /// <summary>The header of secret signature 0, 1 or 2.</summary>
    public static string SecretSignatureHeader(int number) => number switch
    {
        0 => "Epistula-Secret-Signature-0",
        1 => "Epistula-Secret-Signature-1",
        2 => "Epistula-Secret-Signature-2",
        _ => throw new ArgumentOutOfRangeException(nameof(number)),
    };

    /// <summary>The end, in Unix milliseconds, of the interval that <paramref name="milliseconds"/> lies in: the next
    /// multiple of 10,000, or the value itself.</summary>
    public static long IntervalEnd(long milliseconds) =>
        (milliseconds + IntervalMilliseconds - 1) / IntervalMilliseconds * IntervalMilliseconds;

    /// <summary>Writes <c>{sha256(body)}.{uuid}.{timestamp}.{signed for}</c>.</summary>
    /// <returns>Its length.</returns>
    public static int WriteRequestText(
        Span<byte> text, ReadOnlySpan<byte> body, string uuid, string timestamp, string signedFor)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        _ = Convert.TryToHexStringLower(hash, text, out var length);
        return Utf8.TryWrite(text[length..], $".{uuid}.{timestamp}.{signedFor}", out var rest)
            ? length + rest
            : throw new ArgumentException("The signed text is too long.", nameof(signedFor));
    }

    /// <summary>Writes <c>{interval end + offset}.{signed for}</c>, the number as Python prints a float.</summary>
    /// <returns>Its length.</returns>
    public static int WriteSecretText(Span<byte> text, long intervalEnd, int number, string signedFor)
    {
        var value = intervalEnd + SecretOffsets[number];
        return Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{value}.0.{signedFor}", out var length)
            ? length
            : throw new ArgumentException("The signed text is too long.", nameof(signedFor));
    }

    /// <summary>A signature as a header value.</summary>
    public static string SignatureText(ReadOnlySpan<byte> signature) =>
        string.Create(SignatureTextLength, signature, static (text, signature) =>
        {
            HexMark.CopyTo(text);
            _ = Convert.TryToHexStringLower(signature, text[HexMark.Length..], out _);
        });

    /// <summary>What the miner <paramref name="receiver"/> checks: version, that the request is for it and of now, and
    /// the signature over exactly the bytes of <paramref name="body"/>. <paramref name="header"/> gives a header's
    /// value, null when absent. Whether the id was seen before and whether the sender may ask is the caller's to judge.
    /// </summary>
    public static EpistulaCheck Verify(
        Func<string, string?> header, ReadOnlySpan<byte> body, Hotkey receiver, DateTimeOffset now)
    {
        if (header(VersionHeader) != Version)
        {
            return new EpistulaCheck(EpistulaFault.Version);
        }

        if (header(SignedForHeader) is not { } signedFor || signedFor != receiver.Ss58)
        {
            return new EpistulaCheck(EpistulaFault.Receiver);
        }

        if (!TryReadTimestamp(header(TimestampHeader), out var milliseconds)
            || !Guid.TryParseExact(header(UuidHeader), "D", out _))
        {
            return new EpistulaCheck(EpistulaFault.Malformed);
        }

        return IsFresh(milliseconds, now)
            ? VerifySignature(header, body, signedFor)
            : new EpistulaCheck(EpistulaFault.Stale);
    }

    /// <summary>Checks the three secret signatures, for a receiver that relies on them; call it after
    /// <see cref="Verify"/>, whose four-fold price it has.</summary>
    public static bool VerifySecrets(Func<string, string?> header)
    {
        Span<byte> signer = stackalloc byte[Sr25519.PublicKeyLength];
        if (header(SignedForHeader) is not { } signedFor
            || signedFor.Length > MaximumTextLength / 2
            || !TryReadTimestamp(header(TimestampHeader), out var milliseconds)
            || !Ss58.TryDecode(header(SignedByHeader), signer))
        {
            return false;
        }

        Span<byte> text = stackalloc byte[MaximumTextLength];
        for (var number = 0; number < SecretOffsets.Length; number++)
        {
            var length = WriteSecretText(text, IntervalEnd(milliseconds), number, signedFor);
            if (!Holds(signer, text[..length], header(SecretSignatureHeader(number))))
            {
                return false;
            }
        }

        return true;
    }

    private static EpistulaCheck VerifySignature(
        Func<string, string?> header, ReadOnlySpan<byte> body, string signedFor)
    {
        var (sender, uuid, timestamp) = (header(SignedByHeader), header(UuidHeader), header(TimestampHeader));
        Span<byte> signer = stackalloc byte[Sr25519.PublicKeyLength];
        if (!Ss58.TryDecode(sender, signer))
        {
            return new EpistulaCheck(EpistulaFault.Sender);
        }

        Span<byte> text = stackalloc byte[MaximumTextLength];
        var length = WriteRequestText(text, body, uuid!, timestamp!, signedFor);
        return Holds(signer, text[..length], header(RequestSignatureHeader))
            ? new EpistulaCheck(EpistulaFault.None, new Hotkey(sender!), uuid!)
            : new EpistulaCheck(EpistulaFault.Signature);
    }

    private static bool Holds(ReadOnlySpan<byte> signer, ReadOnlySpan<byte> text, string? signature)
    {
        Span<byte> bytes = stackalloc byte[Sr25519.SignatureLength];
        return signature is { Length: SignatureTextLength }
            && signature.StartsWith(HexMark, StringComparison.Ordinal)
            && Convert.FromHexString(signature.AsSpan(HexMark.Length), bytes, out _, out _)
                == OperationStatus.Done
            && Sr25519.Verify(signer, text, bytes);
    }

    // Digits only and no leading zero, because the digits themselves are signed.
    private static bool TryReadTimestamp(string? text, out long milliseconds)
    {
        milliseconds = 0;
        return text is { Length: > 0 and <= 15 }
            && text[0] != '0'
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out milliseconds);
    }

    private static bool IsFresh(long milliseconds, DateTimeOffset now)
    {
        var age = now.ToUnixTimeMilliseconds() - milliseconds;
        return long.Abs(age) <= MaximumAge.Ticks / TimeSpan.TicksPerMillisecond;
    }
}
