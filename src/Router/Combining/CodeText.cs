namespace Gateway.Router.Combining;

/// <summary>The programs in an answer's fenced blocks as their tokens, without comments.</summary>
internal sealed class CodeText
{
    private const string Fence = "```";

    private readonly List<string> _tokens = [];

    private CodeText()
    {
    }

    /// <summary>Whether there is a program.</summary>
    internal bool HasCode { get; private set; }

    /// <summary>Reads an answer; null when a block does not end, or its brackets and strings do not.</summary>
    internal static CodeText? Read(string answer)
    {
        var text = new CodeText();
        var lines = answer.Split('\n');
        for (var at = 0; at < lines.Length; at++)
        {
            if (!lines[at].TrimStart().StartsWith(Fence, StringComparison.Ordinal))
            {
                continue;
            }

            var tag = lines[at].Trim()[Fence.Length..].Trim().ToUpperInvariant();
            var end = Array.FindIndex(lines, at + 1, line => line.Trim() == Fence);
            if (end < 0 || !text.Take(tag, string.Join('\n', lines[(at + 1)..end])))
            {
                return null;
            }

            at = end;
        }

        return text;
    }

    /// <summary>Whether another answer holds the same programs; comments and blanks make no difference, but for the
    /// indents of languages that mean something by them.</summary>
    internal bool HasSameTokens(CodeText? other) => other is not null && _tokens.SequenceEqual(other._tokens);

    private bool Take(string tag, string code)
    {
        HasCode = true;
        _tokens.Add(Fence + tag);
        return CodeLexer.TryRead(code, CodeDialect.Of(tag), _tokens);
    }
}
