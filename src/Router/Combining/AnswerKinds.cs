using System.Text.RegularExpressions;
using Gateway.Router.Tasks;

namespace Gateway.Router;

/// <summary>Tells from a question what form its answer will have.</summary>
public static partial class AnswerKinds
{
    private const int ReadCharacters = 2000;
    private const int LongestQuestion = 300;
    private const int LeastOptions = 2;

    /// <summary>The form of the answer to a text; <see cref="AnswerKind.Open"/> when in doubt.</summary>
    /// <param name="question">The caller's last words.</param>
    public static AnswerKind Of(string question)
    {
        var text = question.Length > ReadCharacters ? question[^ReadCharacters..] : question;
        if (CodeDetector.Detect(text) is not null && Making().IsMatch(text))
        {
            return AnswerKind.Code;
        }

        var isClosed = Options().Count(text) >= LeastOptions || Only().IsMatch(text)
            || (text.Length <= LongestQuestion && Asking().IsMatch(text));
        return isClosed ? AnswerKind.Closed : AnswerKind.Open;
    }

    [GeneratedRegex(@"\b(write|implement|fix|complete|refactor|translate|port|program|function|class|script)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Making();

    [GeneratedRegex(@"^\s*\(?[A-J][).:]\s", RegexOptions.Multiline | RegexOptions.NonBacktracking)]
    private static partial Regex Options();

    [GeneratedRegex(
        @"\b(answer|reply|respond)\b.{0,40}\b(only|just|letter|number|one word|single word|yes or no)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Only();

    [GeneratedRegex(
        @"^\s*(what is|what's|what are|how many|how much|how old|which|who|when|where|is|are|does|did|convert|calculate"
            + @"|compute)\b",
        RegexOptions.IgnoreCase | RegexOptions.NonBacktracking)]
    private static partial Regex Asking();
}
