namespace Gateway.DevNet.Brain;

/// <summary>Why an expression has no value.</summary>
internal enum MathProblem
{
    /// <summary>It has one.</summary>
    None,

    /// <summary>The text is something else.</summary>
    NotArithmetic,

    /// <summary>A division by zero.</summary>
    DivisionByZero,

    /// <summary>A number beyond <see cref="MathParser.MaxBits"/>, or more than <see cref="MathLexer.MaxTokens"/>
    /// parts.</summary>
    TooLarge,

    /// <summary>Nesting beyond <see cref="MathParser.MaxDepth"/>.</summary>
    TooDeep,

    /// <summary>The result is no fraction, such as the square root of two.</summary>
    NotExact,
}
