using System.Security.Cryptography;

namespace Gateway.ChainBridge.Keys;

/// <summary>English BIP-39 phrases, and Substrate's own way from their entropy to a mini secret
/// (paritytech/substrate-bip39), which is not BIP-39's way from the words to a seed.</summary>
internal static class Mnemonic
{
    public const int MaximumEntropyLength = 32;

    private const string Resource = "Gateway.ChainBridge.Keys.bip39-english.txt";
    private const int BitsPerWord = 11;
    private const int Rounds = 2048;
    private static readonly Lazy<string[]> Words = new(LoadWords);

    /// <summary>Writes the entropy behind 12, 15, 18, 21 or 24 lower-case words with one blank between them.</summary>
    /// <returns>Its length, 16 to 32 bytes.</returns>
    /// <exception cref="FormatException">Another number of words, a word not of the list, a wrong checksum. The message
    /// tells the position of a word, never the word.</exception>
    public static int ReadEntropy(ReadOnlySpan<char> phrase, Span<byte> entropy)
    {
        var words = phrase.Count(' ') + 1;
        if (words is not (12 or 15 or 18 or 21 or 24))
        {
            throw new FormatException("A mnemonic has 12, 15, 18, 21 or 24 words with one blank between them.");
        }

        Span<byte> bits = stackalloc byte[MaximumEntropyLength + 1];
        try
        {
            ReadBits(phrase, bits);
            var checksumBits = words / 3;
            var length = checksumBits * 4;
            CheckSum(bits[..length], bits[length], checksumBits);
            bits[..length].CopyTo(entropy);
            return length;
        }
        finally
        {
            Sodium.Wipe(bits);
        }
    }

    /// <summary>PBKDF2-HMAC-SHA512 over the entropy, salted with "mnemonic" and the password's UTF-8, 2048 rounds, the
    /// first 32 bytes.</summary>
    public static void ToMiniSecret(ReadOnlySpan<byte> entropy, ReadOnlySpan<byte> password, Span<byte> miniSecret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(miniSecret.Length, Sr25519.MiniSecretLength);
        var prefix = "mnemonic"u8;
        using var salt = new PinnedSecret(prefix.Length + password.Length);
        prefix.CopyTo(salt.Span);
        password.CopyTo(salt.Span[prefix.Length..]);
        Rfc2898DeriveBytes.Pbkdf2(entropy, salt.Span, miniSecret, Rounds, HashAlgorithmName.SHA512);
    }

    private static void ReadBits(ReadOnlySpan<char> phrase, Span<byte> bits)
    {
        var position = 0;
        foreach (var range in phrase.Split(' '))
        {
            var word = Words.Value.AsSpan().BinarySearch(new WordComparable(phrase[range]));
            if (word < 0)
            {
                throw new FormatException(
                    $"Word {(position / BitsPerWord) + 1} of the mnemonic is not in the English BIP-39 list.");
            }

            for (var bit = BitsPerWord - 1; bit >= 0; bit--, position++)
            {
                bits[position / 8] |= (byte)(((word >> bit) & 1) << (7 - (position % 8)));
            }
        }
    }

    private static void CheckSum(ReadOnlySpan<byte> entropy, byte last, int checksumBits)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(entropy, hash);
        var unused = 8 - checksumBits;
        var wrong = (hash[0] ^ last) >> unused;
        Sodium.Wipe(hash);
        if (wrong != 0)
        {
            throw new FormatException("The mnemonic's checksum is wrong.");
        }
    }

    private static string[] LoadWords()
    {
        using var stream = typeof(Mnemonic).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException("The BIP-39 word list is not in the assembly.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private readonly ref struct WordComparable(ReadOnlySpan<char> word) : IComparable<string>
    {
        private readonly ReadOnlySpan<char> _word = word;

        public int CompareTo(string? other) => _word.SequenceCompareTo(other);
    }
}
