using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Tidy;

/// <summary>The rules that hold for one file alone. CONTRIBUTING.md lists them.</summary>
internal static partial class Rules
{
    private const int FileLines = 400;
    private const int MethodLines = 60;
    private const int LineColumns = 120;
    private const int ConstructorParameters = 6;

    private static readonly string[] MoneyFolders = ["src/Core/", "src/Billing/"];

    /// <summary>By rule name.</summary>
    public static readonly IReadOnlyDictionary<string, Func<SourceFile, IEnumerable<Offence>>> ByName =
        new Dictionary<string, Func<SourceFile, IEnumerable<Offence>>>
        {
            ["file-lines"] = LongFile,
            ["method-lines"] = LongMethods,
            ["line-columns"] = WideLines,
            ["constructor-parameters"] = WideConstructors,
            ["integers-only"] = FractionalNumbers,
            ["final-newline"] = MissingFinalNewline,
            ["todo-with-issue"] = LooseTodos,
        };

    private static IEnumerable<Offence> LongFile(SourceFile source)
    {
        var lines = source.Text.Split('\n').Length - 1;
        return lines <= FileLines ? [] : [new("file-lines", source.Path, "", $"{lines} lines, at most {FileLines}")];
    }

    private static IEnumerable<Offence> LongMethods(SourceFile source) =>
        from node in source.Root.DescendantNodes()
        where node is BaseMethodDeclarationSyntax or BasePropertyDeclarationSyntax or GlobalStatementSyntax
        let lines = source.LinesOf(node, LastOfMethod(node))
        where lines > MethodLines
        select new Offence("method-lines", source.Path, Names.Of(node), $"{lines} lines, at most {MethodLines}");

    // Top-level statements are one method; it is counted from its first statement and named once.
    private static SyntaxNode LastOfMethod(SyntaxNode node) =>
        node is GlobalStatementSyntax && node == node.Parent!.ChildNodes().OfType<GlobalStatementSyntax>().First()
            ? node.Parent!.ChildNodes().OfType<GlobalStatementSyntax>().Last()
            : node;

    private static IEnumerable<Offence> WideLines(SourceFile source)
    {
        var lines = source.Text.Split('\n');
        var wide = Enumerable.Range(1, lines.Length)
            .Where(number => lines[number - 1].TrimEnd('\r').Length > LineColumns)
            .ToArray();
        var detail = $"over {LineColumns} columns: lines {string.Join(", ", wide)}";
        return wide.Length == 0 ? [] : [new("line-columns", source.Path, "", detail)];
    }

    // A positional record's parameters are its fields, not what it depends on.
    private static IEnumerable<Offence> WideConstructors(SourceFile source) =>
        from node in source.Root.DescendantNodes()
        let parameters = node switch
        {
            ConstructorDeclarationSyntax constructor => constructor.ParameterList,
            ClassDeclarationSyntax type => type.ParameterList,
            StructDeclarationSyntax type => type.ParameterList,
            _ => null,
        }
        where parameters?.Parameters.Count > ConstructorParameters
        select new Offence("constructor-parameters", source.Path, Names.Of(node),
            $"{parameters.Parameters.Count} parameters, at most {ConstructorParameters}");

    private static IEnumerable<Offence> FractionalNumbers(SourceFile source) =>
        !MoneyFolders.Any(folder => source.Path.StartsWith(folder, StringComparison.Ordinal))
            ? []
            : from token in source.Root.DescendantTokens()
              where token.Kind() is SyntaxKind.FloatKeyword or SyntaxKind.DoubleKeyword or SyntaxKind.DecimalKeyword
                  || token.Value is float or double or decimal
              group token by Names.Enclosing(token.Parent) into found
              select new Offence("integers-only", source.Path, found.Key, $"'{found.First().Text}'");

    private static IEnumerable<Offence> MissingFinalNewline(SourceFile source) =>
        source.Text.EndsWith('\n') ? [] : [new("final-newline", source.Path, "", "no newline at the end")];

    private static IEnumerable<Offence> LooseTodos(SourceFile source) =>
        from trivia in source.Root.DescendantTrivia()
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia
        where LooseTodo().IsMatch(trivia.ToFullString())
        let place = Names.Enclosing(trivia.Token.Parent)
        select new Offence("todo-with-issue", source.Path, place, trivia.ToString().Trim());

    [GeneratedRegex(@"\b(TODO(?!\(#\d+\))|FIXME|HACK|XXX)\b")]
    private static partial Regex LooseTodo();
}
