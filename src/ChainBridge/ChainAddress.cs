using System.Buffers;
using System.Text;
using Gateway.ChainBridge.Keys;

namespace Gateway.ChainBridge;

/// <summary>SS58 addresses as people type them, and what shows that one is theirs.</summary>
public static class ChainAddress
{
    private const string HexMark = "0x";

    /// <summary>What is wrong with an address, a sentence for who typed it; null when it is the one text of an account
    /// with Bittensor's prefix.</summary>
    public static string? Problem(string text)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(text, account, out var fault) ? null : fault.ToString();
    }

    /// <summary>Four words that stand for an address where people compare it: of its account, so that another text has
    /// other words. 64 bits of SHA-256 of the account as proquints (arXiv:0901.4016).</summary>
    /// <exception cref="ArgumentException">The text is no address with Bittensor's prefix.</exception>
    public static string CheckWords(string text)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        return Ss58.TryDecode(text, account, out var fault)
            ? Keys.CheckWords.Of(account)
            : throw new ArgumentException(fault.ToString(), nameof(text));
    }

    /// <summary>Whether the key of an address signed a message in a wallet, which wraps it in <c>&lt;Bytes&gt;</c> so
    /// that it can never be a transaction.</summary>
    /// <param name="address">SS58 with Bittensor's prefix; any other answers false.</param>
    /// <param name="message">What the wallet showed.</param>
    /// <param name="signature"><c>0x</c> and 128 hex digits, of sr25519 or Ed25519.</param>
    public static bool HasSigned(string address, string message, string signature) =>
        HasSignedSr25519(address, message, signature)
        || IsSignedBy(address, SignatureScheme.Ed25519, message, signature);

    /// <summary>The same of sr25519 alone, for accounts that name a person.</summary>
    public static bool HasSignedSr25519(string address, string message, string signature) =>
        IsSignedBy(address, SignatureScheme.Sr25519, message, signature);

    private static bool IsSignedBy(string address, SignatureScheme scheme, string message, string signature)
    {
        Span<byte> account = stackalloc byte[Ss58.AccountLength];
        Span<byte> bytes = stackalloc byte[Sr25519.SignatureLength];
        return Ss58.TryDecode(address, account)
            && signature.Length == HexMark.Length + (2 * Sr25519.SignatureLength)
            && signature.StartsWith(HexMark, StringComparison.Ordinal)
            && Convert.FromHexString(signature.AsSpan(HexMark.Length), bytes, out _, out _) == OperationStatus.Done
            && WrappedMessage.Verify(account, scheme, Encoding.UTF8.GetBytes(message), bytes);
    }
}
