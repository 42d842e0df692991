namespace Gateway.Router.Combining;

/// <summary>Cuts a program into tokens, without its comments. It knows no grammar: what it can say is that brackets and
/// strings end, and that two texts have the same tokens.</summary>
internal ref struct CodeLexer
{
    private const string Opening = "([{";
    private const string Closing = ")]}";

    private readonly ReadOnlySpan<char> _code;
    private readonly CodeDialect _dialect;
    private readonly List<string> _tokens;
    private readonly Stack<char> _open = new();
    private int _at;
    private bool _isLineStart = true;

    private CodeLexer(ReadOnlySpan<char> code, CodeDialect dialect, List<string> tokens)
    {
        _code = code;
        _dialect = dialect;
        _tokens = tokens;
    }

    private readonly ReadOnlySpan<char> Rest => _code[_at..];

    /// <summary>Adds a program's tokens; false when a bracket, a string or a comment does not end.</summary>
    internal static bool TryRead(string code, CodeDialect dialect, List<string> tokens) =>
        new CodeLexer(code, dialect, tokens).TryReadAll();

    private bool TryReadAll()
    {
        while (_at < _code.Length)
        {
            if (_code[_at] is var mark && char.IsWhiteSpace(mark))
            {
                _isLineStart |= mark == '\n';
                _at++;
            }
            else if (SkipComment() is { } isClosed)
            {
                if (!isClosed)
                {
                    return false;
                }
            }
            else if (!TryTake(mark))
            {
                return false;
            }
        }

        return _open.Count == 0;
    }

    private bool TryTake(char mark)
    {
        var isFirst = _isLineStart && _open.Count == 0;
        _isLineStart = false;
        if (_dialect.Quotes.Contains(mark, StringComparison.Ordinal))
        {
            return TryTakeString(mark, isFirst);
        }

        NoteIndent(isFirst);
        var length = 1;
        if (IsWord(mark))
        {
            while (_at + length < _code.Length && IsWord(_code[_at + length]))
            {
                length++;
            }
        }
        else if (!TryBalance(mark))
        {
            return false;
        }

        _tokens.Add(Rest[..length].ToString());
        _at += length;
        return true;
    }

    // Null: no comment begins here; false: it does not end.
    private bool? SkipComment()
    {
        foreach (var (begin, end) in _dialect.BlockComments)
        {
            if (Rest.StartsWith(begin))
            {
                var length = Rest[begin.Length..].IndexOf(end);
                _at += begin.Length + length + end.Length;
                return length >= 0;
            }
        }

        foreach (var begin in _dialect.LineComments)
        {
            if (Rest.StartsWith(begin))
            {
                var length = Rest.IndexOf('\n');
                _at = length < 0 ? _code.Length : _at + length;
                return true;
            }
        }

        return null;
    }

    private bool TryTakeString(char quote, bool isFirst)
    {
        Span<char> three = [quote, quote, quote];
        var width = _dialect.MeansIndents && Rest.StartsWith(three) ? three.Length : 1;
        var end = EndOfString(three[..width]);
        if (end < 0)
        {
            return false;
        }

        // A long string that is a line of its own describes what stands around it: a comment.
        var isDescription = width > 1 && isFirst && IsLineEnd(end);
        if (!isDescription)
        {
            NoteIndent(isFirst);
            _tokens.Add(_code[_at..end].ToString());
        }

        _at = end;
        return true;
    }

    private readonly int EndOfString(ReadOnlySpan<char> quote)
    {
        for (var at = _at + quote.Length; at < _code.Length; at++)
        {
            if (_code[at] == '\\')
            {
                at++;
            }
            else if (_code[at..].StartsWith(quote))
            {
                return at + quote.Length;
            }
            else if (_code[at] == '\n' && quote.Length == 1 && quote[0] != '`')
            {
                return -1;
            }
        }

        return -1;
    }

    private readonly bool IsLineEnd(int at)
    {
        var rest = _code[at..];
        var length = rest.IndexOf('\n');
        return (length < 0 ? rest : rest[..length]).IsWhiteSpace();
    }

    private readonly void NoteIndent(bool isFirst)
    {
        if (isFirst && _dialect.MeansIndents)
        {
            var line = _code[.._at].LastIndexOf('\n') + 1;
            _tokens.Add($"\n{_at - line}");
        }
    }

    private readonly bool TryBalance(char mark)
    {
        if (Opening.Contains(mark, StringComparison.Ordinal))
        {
            _open.Push(mark);
            return true;
        }

        var closes = Closing.IndexOf(mark, StringComparison.Ordinal);
        return closes < 0 || (_open.TryPop(out var open) && open == Opening[closes]);
    }

    private static bool IsWord(char mark) => char.IsLetterOrDigit(mark) || mark == '_';
}
