namespace Gateway.Router.Tasks;

/// <summary>What a prompt looks like before it is read: how long it is, how it ends, how much of it is numbers and
/// signs. Words tell the topic; this tells a passage with a question from a question, and a sum from a story.
/// Amounts fall softly between two neighbouring shapes, so that a trivial edit moves them a little.</summary>
internal static class PromptShape
{
    private const int Lengths = 0;
    private const int LongestLength = 9;
    private const int Digits = 10;
    private const int Signs = 11;
    private const int Sentences = 12;
    private const int MostSentences = 5;
    private const int Question = 18;
    private const int Statement = 19;
    private const int Open = 20;

    // Letters, blanks apart: 16 are the shortest length, 2,000 about the longest.
    private const float ShortestBits = 4;
    private const float LengthsPerBit = 1.25f;

    private const string SignLetters = "$\\{}^_=<>+*[]()";

    /// <summary>Adds the shapes of a text.</summary>
    /// <param name="buffer">Where they go; none of them may be there yet.</param>
    /// <param name="text">As much of the prompt as is read.</param>
    internal static void AddTo(FeatureBuffer buffer, ReadOnlySpan<char> text)
    {
        var (length, digits, signs, sentences, last) = (0, 0, 0, 0, ' ');
        foreach (var letter in text)
        {
            if (char.IsWhiteSpace(letter))
            {
                continue;
            }

            length++;
            digits += char.IsAsciiDigit(letter) ? 1 : 0;
            signs += SignLetters.Contains(letter, StringComparison.Ordinal) ? 1 : 0;
            sentences += letter is '.' or '?' or '!' ? 1 : 0;
            last = letter;
        }

        if (length == 0)
        {
            return;
        }

        AddSoftly(buffer, Lengths, LongestLength, (MathF.Log2(length) - ShortestBits) * LengthsPerBit);
        AddSoftly(buffer, Sentences, MostSentences, MathF.Log2(1 + sentences));

        // The root, since a few numbers make a prompt one about numbers.
        buffer.AddShape(Digits, MathF.Sqrt(digits / (float)length));
        buffer.AddShape(Signs, MathF.Sqrt(signs / (float)length));
        buffer.AddShape(last switch { '?' => Question, '.' => Statement, _ => Open }, 1);
    }

    private static void AddSoftly(FeatureBuffer buffer, int first, int most, float amount)
    {
        var at = Math.Clamp(amount, 0, most);
        var low = (int)at;
        buffer.AddShape(first + low, 1 - (at - low));
        if (low < most)
        {
            buffer.AddShape(first + low + 1, at - low);
        }
    }
}
