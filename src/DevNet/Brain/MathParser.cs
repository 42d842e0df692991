namespace Gateway.DevNet.Brain;

/// <summary>Evaluates an expression exactly: + - * / ^ % and parentheses with the usual precedence, ^ to the right and
/// above the sign. Size and nesting are bounded, so that no text takes long. A null result means that
/// <see cref="Problem"/> says why.</summary>
internal sealed class MathParser
{
    /// <summary>The largest numerator or denominator: 1,233 decimal digits.</summary>
    internal const int MaxBits = 4096;

    internal const int MaxDepth = 64;

    private readonly List<MathToken> _tokens;
    private int _next;
    private int _depth;

    private MathParser(List<MathToken> tokens) => _tokens = tokens;

    private MathProblem Problem { get; set; }

    private MathKind Peek => _tokens[_next].Kind;

    /// <summary>Evaluates lower case text.</summary>
    internal static MathProblem Evaluate(string text, out Rational value)
    {
        value = default;
        var problem = MathLexer.TryCut(text, out var tokens);
        return problem == MathProblem.None ? Evaluate(tokens, out value) : problem;
    }

    internal static MathProblem Evaluate(List<MathToken> tokens, out Rational value)
    {
        var parser = new MathParser(tokens);
        var result = parser.Sum();
        value = result.GetValueOrDefault();
        return result is not null && parser.Peek != MathKind.End ? MathProblem.NotArithmetic : parser.Problem;
    }

    private Rational? Sum()
    {
        var left = Product();
        while (left is { } value && Peek is MathKind.Plus or MathKind.Minus)
        {
            var sign = Take();
            left = Product() is { } right ? Bounded(sign == MathKind.Plus ? value + right : value - right) : null;
        }

        return left;
    }

    private Rational? Product()
    {
        var left = Factor();
        while (left is { } value
            && Peek is MathKind.Times or MathKind.Over or MathKind.Modulo or MathKind.PercentOrModulo)
        {
            var sign = Take();
            left = Factor() is { } right ? Combine(value, sign, right) : null;
        }

        return left;
    }

    private Rational? Combine(Rational left, MathKind sign, Rational right)
    {
        if (sign != MathKind.Times && right.IsZero)
        {
            return Fail(MathProblem.DivisionByZero);
        }

        return Bounded(sign switch
        {
            MathKind.Times => left * right,
            MathKind.Over => left / right,
            _ => left - (right * new Rational((left / right).Floor(), 1)),
        });
    }

    // All recursion passes here, so this is where depth is counted.
    private Rational? Factor()
    {
        if (++_depth > MaxDepth)
        {
            return Fail(MathProblem.TooDeep);
        }

        var value = Peek switch
        {
            MathKind.Plus => Signed(negative: false),
            MathKind.Minus => Signed(negative: true),
            _ => Power(),
        };
        _depth--;
        return value;
    }

    private Rational? Signed(bool negative)
    {
        Take();
        return Factor() is { } value ? (negative ? -value : value) : null;
    }

    private Rational? Power()
    {
        var root = Postfix();
        if (root is not { } value || Peek != MathKind.Power)
        {
            return root;
        }

        Take();
        return Factor() is { } exponent ? Raise(value, exponent) : null;
    }

    private Rational? Raise(Rational value, Rational exponent)
    {
        if (!exponent.IsInteger)
        {
            return Fail(MathProblem.NotExact);
        }

        if (value.IsZero && exponent.Numerator.Sign < 0)
        {
            return Fail(MathProblem.DivisionByZero);
        }

        var isUnit = value.IsZero || (value.IsInteger && value.Numerator * value.Numerator == 1);
        if (isUnit)
        {
            // Powers of -1, 0 and 1 repeat, and a huge exponent of them is no huge number.
            return exponent.IsZero ? 1 : value.Pow(exponent.Numerator.IsEven ? 2 : 1);
        }

        var size = System.Numerics.BigInteger.Abs(exponent.Numerator) * Math.Max(value.Bits - 1, 1);
        return size > MaxBits ? Fail(MathProblem.TooLarge) : Bounded(value.Pow((int)exponent.Numerator));
    }

    private Rational? Postfix()
    {
        var result = Primary();
        while (result is { } value && Suffix() is { } suffix)
        {
            result = suffix switch
            {
                MathKind.Squared => Raise(value, 2),
                MathKind.Cubed => Raise(value, 3),
                _ => Bounded(value / 100),
            };
        }

        return result;
    }

    // "17 % 5" asks for a remainder and "12% of 80" for a share: what follows decides.
    private MathKind? Suffix()
    {
        var isShare = Peek == MathKind.PercentOrModulo
            && _tokens[_next + 1].Kind
                is not (MathKind.Number or MathKind.Open or MathKind.SquareRoot or MathKind.CubeRoot);
        return isShare || Peek is MathKind.Percent or MathKind.Squared or MathKind.Cubed ? Take() : null;
    }

    private Rational? Primary()
    {
        var token = _tokens[_next];
        switch (Take())
        {
            case MathKind.Number:
                return token.Value;
            case MathKind.Open:
                return Enclosed();
            case MathKind.SquareRoot:
                return Root(2);
            case MathKind.CubeRoot:
                return Root(3);
            default:
                return Fail(MathProblem.NotArithmetic);
        }
    }

    private Rational? Enclosed()
    {
        _depth++;
        var value = _depth > MaxDepth ? Fail(MathProblem.TooDeep) : Sum();
        _depth--;
        return value is not null && Take() != MathKind.Close ? Fail(MathProblem.NotArithmetic) : value;
    }

    private Rational? Root(int degree)
    {
        if (Factor() is not { } value)
        {
            return null;
        }

        return value.TryRoot(degree, out var root) ? root : Fail(MathProblem.NotExact);
    }

    private Rational? Bounded(Rational value) => value.Bits > MaxBits ? Fail(MathProblem.TooLarge) : value;

    private Rational? Fail(MathProblem problem)
    {
        Problem = problem;
        return null;
    }

    // The end is never passed, so that looking ahead stays inside the list.
    private MathKind Take() => _tokens[_next].Kind == MathKind.End ? MathKind.End : _tokens[_next++].Kind;
}
