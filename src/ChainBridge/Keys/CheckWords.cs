using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Gateway.ChainBridge.Keys;

/// <summary>Four words that two people read to each other, or a person compares on two screens, in the place of 48
/// letters: the first 64 bits of SHA-256 of the account's 32 bytes, as proquints of 16 bits each (D. S. Wilkerson,
/// arXiv:0901.4016). No list of words, no language.</summary>
internal static class CheckWords
{
    private const int Words = 4;
    private const int WordLength = 5;
    private const string Consonants = "bdfghjklmnprstvz";
    private const string Vowels = "aiou";

    /// <summary>The words, a blank between them.</summary>
    public static string Of(ReadOnlySpan<byte> account)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(account, hash);
        var words = new string[Words];
        for (var i = 0; i < Words; i++)
        {
            words[i] = Word(BinaryPrimitives.ReadUInt16BigEndian(hash[(2 * i)..]));
        }

        return string.Join(' ', words);
    }

    // Four bits a consonant, two a vowel, the highest first.
    private static string Word(int bits) => string.Create(WordLength, bits, static (letters, value) =>
    {
        letters[0] = Consonants[value >> 12];
        letters[1] = Vowels[(value >> 10) & 3];
        letters[2] = Consonants[(value >> 6) & 15];
        letters[3] = Vowels[(value >> 4) & 3];
        letters[4] = Consonants[value & 15];
    });
}
