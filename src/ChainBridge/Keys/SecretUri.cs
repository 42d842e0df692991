using System.Buffers;
using System.Text;

namespace Gateway.ChainBridge.Keys;

/// <summary>A secret URI, <c>phrase//hard/soft///password</c> (paritytech/polkadot-sdk, sp-core SecretStringUri). The
/// phrase is a BIP-39 mnemonic or a mini secret of 64 hex digits after 0x; without one, the path starts at the
/// development phrase, which the whole world knows. Refusals never repeat what they refuse.</summary>
internal static class SecretUri
{
    /// <summary>The secret of every development chain (paritytech/polkadot-sdk, sp-core DEV_PHRASE).</summary>
    public const string DevelopmentPhrase =
        "bottom drive obey lake curtain smoke basket hold race lonely fit walk";

    private const string PasswordMark = "///";
    private const string HardMark = "//";
    private const string HexMark = "0x";
    private const int MaximumPasswordLength = 1024;

    /// <summary>Opens <paramref name="uri"/>.</summary>
    /// <exception cref="FormatException">Empty, an unknown phrase, a junction <see cref="Junction.Encode"/> refuses, or
    /// a password beside a mini secret, which would be silently ignored.</exception>
    public static Sr25519Keypair Open(ReadOnlySpan<char> uri)
    {
        // An empty setting must never become the key that everybody has.
        if (uri.IsEmpty)
        {
            throw new FormatException("The secret URI is empty.");
        }

        var mark = uri.IndexOf(PasswordMark);
        var password = mark < 0 ? default : uri[(mark + PasswordMark.Length)..];
        var rest = mark < 0 ? uri : uri[..mark];
        var slash = rest.IndexOf('/');
        var phrase = slash < 0 ? rest : rest[..slash];
        var path = slash < 0 ? default : rest[slash..];
        return Walk(Root(phrase.IsEmpty ? DevelopmentPhrase : phrase, password), path);
    }

    private static Sr25519Keypair Root(ReadOnlySpan<char> phrase, ReadOnlySpan<char> password)
    {
        using var miniSecret = new PinnedSecret(Sr25519.MiniSecretLength);
        if (phrase.StartsWith(HexMark))
        {
            ReadHex(phrase[HexMark.Length..], password, miniSecret.Span);
        }
        else
        {
            ReadMnemonic(phrase, password, miniSecret.Span);
        }

        return Sr25519Keypair.FromMiniSecret(miniSecret.Span);
    }

    private static void ReadHex(ReadOnlySpan<char> digits, ReadOnlySpan<char> password, Span<byte> miniSecret)
    {
        var status = Convert.FromHexString(digits, miniSecret, out _, out var written);
        if (status != OperationStatus.Done || written != miniSecret.Length || !password.IsEmpty)
        {
            throw new FormatException("A mini secret is 0x and 64 hex digits, without a password.");
        }
    }

    private static void ReadMnemonic(ReadOnlySpan<char> phrase, ReadOnlySpan<char> password, Span<byte> miniSecret)
    {
        if (password.Length > MaximumPasswordLength)
        {
            throw new FormatException($"A password has at most {MaximumPasswordLength} characters.");
        }

        using var secrets = new PinnedSecret(Mnemonic.MaximumEntropyLength + (3 * MaximumPasswordLength));
        var entropy = secrets.Span[..Mnemonic.ReadEntropy(phrase, secrets.Span)];
        var encoded = secrets.Span[Mnemonic.MaximumEntropyLength..];
        encoded = encoded[..Encoding.UTF8.GetBytes(password, encoded)];
        Mnemonic.ToMiniSecret(entropy, encoded, miniSecret);
    }

    private static Sr25519Keypair Walk(Sr25519Keypair root, ReadOnlySpan<char> path)
    {
        Span<byte> chainCode = stackalloc byte[Derivation.ChainCodeLength];
        var pair = root;
        try
        {
            while (!path.IsEmpty)
            {
                path = TakeJunction(path, out var hard, chainCode);
                var parent = pair;
                pair = hard ? parent.DeriveHard(chainCode) : parent.DeriveSoft(chainCode);
                parent.Dispose();
            }

            return pair;
        }
        catch
        {
            pair.Dispose();
            throw;
        }
    }

    private static ReadOnlySpan<char> TakeJunction(
        ReadOnlySpan<char> path, out bool hard, scoped Span<byte> chainCode)
    {
        hard = path.StartsWith(HardMark);
        var text = path[(hard ? HardMark.Length : 1)..];
        var end = text.IndexOf('/');
        Junction.Encode(end < 0 ? text : text[..end], chainCode);
        return end < 0 ? default : text[end..];
    }
}
