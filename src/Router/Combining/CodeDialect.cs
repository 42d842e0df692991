namespace Gateway.Router.Combining;

/// <summary>What must be known of a language to tell its comments and strings from its code.</summary>
/// <param name="LineComments">What begins a comment that ends with its line.</param>
/// <param name="BlockComments">What begins and ends one that may span lines.</param>
/// <param name="Quotes">What a string stands between.</param>
/// <param name="MeansIndents">Whether the indent of a line is code, and a long string alone on its line is its
/// description.</param>
internal sealed record CodeDialect(
    string[] LineComments, (string Begin, string End)[] BlockComments, string Quotes, bool MeansIndents)
{
    private static readonly CodeDialect Curly = new(["//"], [("/*", "*/")], "\"'`", false);

    // A lifetime in Rust and a digit's separator in C++ look like a string's beginning.
    private static readonly CodeDialect OneQuote = new(["//"], [("/*", "*/")], "\"", false);
    private static readonly CodeDialect Python = new(["#"], [], "\"'", true);
    private static readonly CodeDialect Hash = new(["#"], [], "\"'`", false);
    private static readonly CodeDialect Indented = new(["#"], [], "\"'", true);
    private static readonly CodeDialect Sql = new(["--"], [("/*", "*/")], "\"'", false);
    private static readonly CodeDialect Haskell = new(["--"], [("{-", "-}")], "\"", true);
    private static readonly CodeDialect Markup = new([], [("<!--", "-->")], "\"", false);
    private static readonly CodeDialect Style = new([], [("/*", "*/")], "\"'", false);
    private static readonly CodeDialect Plain = new([], [], "\"", false);

    /// <summary>By the tag behind a block's fence, in upper case. Of an unknown language nothing is a comment, so that
    /// no change of it passes for one.</summary>
    internal static CodeDialect Of(string tag) => tag switch
    {
        "PY" or "PYTHON" or "PYTHON3" => Python,
        "RB" or "RUBY" or "SH" or "BASH" or "ZSH" or "SHELL" or "PERL" or "R" or "TOML" => Hash,
        "YAML" or "YML" => Indented,
        "SQL" or "LUA" => Sql,
        "HS" or "HASKELL" => Haskell,
        "HTML" or "XML" => Markup,
        "CSS" => Style,
        "RS" or "RUST" or "C" or "CPP" or "C++" or "CC" or "HPP" => OneQuote,
        "JS" or "JAVASCRIPT" or "TS" or "TYPESCRIPT" or "JAVA" or "CS" or "C#" or "CSHARP" or "GO" or "GOLANG"
            or "KT" or "KOTLIN" or "SWIFT" or "PHP" or "SCALA" => Curly,
        _ => Plain,
    };
}
