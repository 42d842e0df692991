using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Tidy;

/// <summary>Names of declarations, as the offender list writes them: <c>Outer.Type.Member</c>.</summary>
internal static class Names
{
    /// <summary>The dotted name of a declaration; top-level statements are <c>(top)</c>.</summary>
    public static string Of(SyntaxNode node)
    {
        var parts = node.AncestorsAndSelf().Select(Own).Where(name => name.Length > 0).Reverse().ToArray();
        return parts.Length == 0 ? "(top)" : string.Join('.', parts);
    }

    /// <summary>The dotted name of the declaration around a node.</summary>
    public static string Enclosing(SyntaxNode? node) =>
        node?.AncestorsAndSelf().FirstOrDefault(ancestor => Own(ancestor).Length > 0) is { } declaration
            ? Of(declaration)
            : "(top)";

    private static string Own(SyntaxNode node) => node switch
    {
        BaseTypeDeclarationSyntax type => type.Identifier.Text,
        DelegateDeclarationSyntax type => type.Identifier.Text,
        MethodDeclarationSyntax method => method.Identifier.Text,
        ConstructorDeclarationSyntax => "ctor",
        OperatorDeclarationSyntax op => $"operator{op.OperatorToken.Text}",
        ConversionOperatorDeclarationSyntax op => $"operator({op.Type})",
        PropertyDeclarationSyntax property => property.Identifier.Text,
        IndexerDeclarationSyntax => "this[]",
        BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.Text,
        _ => "",
    };
}
