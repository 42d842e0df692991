using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests.Tidy;

/// <summary>Finds classes that are neither sealed, abstract nor static; one part of a class speaks for all.</summary>
internal static class OpenClasses
{
    /// <summary>The rule's name.</summary>
    public const string Rule = "closed-classes";

    /// <summary>One offence per open class, over all files together.</summary>
    public static IEnumerable<Offence> In(IEnumerable<SourceFile> sources) =>
        from source in sources
        from type in source.Root.DescendantNodes().OfType<TypeDeclarationSyntax>()
        where type.Kind() is SyntaxKind.ClassDeclaration or SyntaxKind.RecordDeclaration
        group (source, type) by (source.Project, Space(type), Names.Of(type), type.Arity) into parts
        where !parts.Any(part => IsClosed(part.type))
        let first = parts.First()
        select new Offence(Rule, first.source.Path, Names.Of(first.type), "make it sealed, abstract or static");

    private static bool IsClosed(TypeDeclarationSyntax type) =>
        type.Modifiers.Any(modifier => modifier.Kind()
            is SyntaxKind.SealedKeyword or SyntaxKind.AbstractKeyword or SyntaxKind.StaticKeyword);

    private static string Space(SyntaxNode type) =>
        string.Join('.', type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().Select(space => space.Name));
}
