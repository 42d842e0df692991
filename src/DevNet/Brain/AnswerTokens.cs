namespace Gateway.DevNet.Brain;

/// <summary>The simulator's tokenizer. A token is at most four letters or digits of one word, with the one space before
/// them; or up to four other white space characters; or one other character (a surrogate pair is one). Joined again,
/// the tokens are the text.</summary>
internal static class AnswerTokens
{
    private const int MaxPiece = 4;

    internal static List<string> Cut(string text)
    {
        var tokens = new List<string>((text.Length / MaxPiece) + 1);
        for (var start = 0; start < text.Length;)
        {
            var length = Next(text.AsSpan(start));
            tokens.Add(text.Substring(start, length));
            start += length;
        }

        return tokens;
    }

    internal static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (; !text.IsEmpty; count++)
        {
            text = text[Next(text)..];
        }

        return count;
    }

    private static int Next(ReadOnlySpan<char> text)
    {
        var space = text[0] == ' ' && text.Length > 1 && char.IsLetterOrDigit(text[1]) ? 1 : 0;
        var word = space + Run(text[space..], char.IsLetterOrDigit);
        if (word > space)
        {
            return word;
        }

        var blank = Run(text, char.IsWhiteSpace);
        if (blank > 0)
        {
            return Blank(text, blank);
        }

        return char.IsHighSurrogate(text[0]) && text.Length > 1 && char.IsLowSurrogate(text[1]) ? 2 : 1;
    }

    // The last space before a word belongs to the word.
    private static int Blank(ReadOnlySpan<char> text, int blank) =>
        blank > 1 && blank < text.Length && text[blank - 1] == ' ' && char.IsLetterOrDigit(text[blank])
            ? blank - 1
            : blank;

    private static int Run(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        var length = 0;
        while (length < Math.Min(text.Length, MaxPiece) && belongs(text[length]))
        {
            length++;
        }

        return length;
    }
}
