using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Gateway.Router.Tasks;

/// <summary>Hashes a prompt's words, pairs of words and character trigrams, and adds its shape. Case, the number of
/// blanks, the digits of numbers and courtesies make no difference, so that trivial edits hardly move a prompt.
/// </summary>
internal static class FeatureHasher
{
    /// <summary>Characters of a prompt that are read.</summary>
    internal const int ReadCharacters = 2000;

    /// <summary>Characters, after folding, whose trigrams count.</summary>
    internal const int TrigramCharacters = 512;

    // FNV-1a, 32 bits (draft-eastlake-fnv).
    private const uint Offset = 2166136261;
    private const uint Prime = 16777619;
    private const uint PairSalt = 0x9e3779b9;
    private const uint TrigramSalt = 0x85ebca6b;
    private const int AsciiEnd = 128;

    private static readonly char[] Ascii = CreateAscii();

    /// <summary>Replaces the buffer's content with the counts of this prompt; <see cref="FeatureBuffer.Weigh"/>
    /// comes next.</summary>
    /// <param name="prompt">The last user turn; lone surrogates are letters like any other.</param>
    /// <param name="buffer">Where the counts go.</param>
    internal static void Count(ReadOnlySpan<char> prompt, FeatureBuffer buffer)
    {
        buffer.Clear();
        var text = Courtesy.Skip(prompt);
        text = text[..Math.Min(text.Length, ReadCharacters)];
        var word = Offset;
        var last = 0u;
        uint first = ' ', second = ' ';
        var folded = 0;
        foreach (var raw in text)
        {
            var letter = raw < AsciiEnd ? Ascii[raw] : Fold(raw);
            var isWord = letter > ' ' && (letter >= AsciiEnd || IsWord(letter));
            if (isWord)
            {
                word = unchecked((word ^ letter) * Prime);
            }
            else if (word != Offset)
            {
                last = AddWord(buffer, word, last);
                word = Offset;
            }

            if ((letter != ' ' || second != ' ') && folded < TrigramCharacters)
            {
                buffer.Add(Mix(unchecked((((first * 65599) + second) * 65599) + letter) ^ TrigramSalt));
                (first, second) = (second, letter);
                folded++;
            }
        }

        if (word != Offset)
        {
            AddWord(buffer, word, last);
        }

        PromptShape.AddTo(buffer, text);
    }

    private static uint AddWord(FeatureBuffer buffer, uint word, uint last)
    {
        buffer.Add(Mix(word));
        if (last != 0)
        {
            buffer.Add(Mix(unchecked((last * PairSalt) + word)));
        }

        return word;
    }

    private static bool IsWord(char letter) => letter is (>= 'a' and <= 'z') or '0' or '_';

    // Folding is for comparing, never for showing: lower case keeps an ASCII letter one table look-up.
    [SuppressMessage("Globalization", "CA1308:Normalize strings to uppercase", Justification = "Features only.")]
    private static char Fold(char letter) => char.GetUnicodeCategory(letter) switch
    {
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => ' ',
        UnicodeCategory.UppercaseLetter => char.ToLowerInvariant(letter),
        _ => letter,
    };

    private static char[] CreateAscii()
    {
        var table = new char[AsciiEnd];
        for (var i = 0; i < AsciiEnd; i++)
        {
            var letter = (char)i;
            table[i] = letter switch
            {
                >= 'A' and <= 'Z' => (char)(letter + ('a' - 'A')),
                >= '0' and <= '9' => '0',
                <= ' ' => ' ',
                _ => letter,
            };
        }

        return table;
    }

    // The finalizer of MurmurHash3 (public domain, Austin Appleby).
    private static uint Mix(uint hash)
    {
        unchecked
        {
            hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
            hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
            return hash ^ (hash >> 16);
        }
    }
}
