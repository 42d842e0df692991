using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gateway.Architecture.Tests.Doors;

/// <summary>What others can see of a compiled module, sorted: a line per type, an indented one per member.</summary>
internal static class PublicSurface
{
    private static readonly SymbolDisplayFormat MemberFormat =
        Format(SymbolDisplayTypeQualificationStyle.NameAndContainingTypes);

    private static readonly SymbolDisplayFormat TypeFormat =
        Format(SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>Describes an assembly file; references are taken from the running process.</summary>
    public static string Of(string assemblyFile)
    {
        var module = MetadataReference.CreateFromFile(assemblyFile);
        var compilation = CSharpCompilation.Create("surface", references: [module, .. RunningAssemblies(assemblyFile)]);
        return Of((IAssemblySymbol)compilation.GetAssemblyOrModuleSymbol(module)!);
    }

    /// <summary>Describes an assembly.</summary>
    public static string Of(IAssemblySymbol assembly)
    {
        var blocks = TypesBelow(assembly.GlobalNamespace)
            .Select(Describe)
            .Order(StringComparer.Ordinal);
        return string.Concat(blocks);
    }

    private static IEnumerable<MetadataReference> RunningAssemblies(string except) =>
        ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) != Path.GetFileName(except))
            .Select(path => MetadataReference.CreateFromFile(path));

    private static IEnumerable<INamedTypeSymbol> TypesBelow(INamespaceOrTypeSymbol container) =>
        container.GetMembers().OfType<INamespaceOrTypeSymbol>().SelectMany(member => member switch
        {
            INamedTypeSymbol type when !IsVisible(type) || IsRazor(type) => [],
            INamedTypeSymbol type => TypesBelow(type).Prepend(type),
            _ => TypesBelow(member),
        });

    // Razor makes a public class of each component whoever uses it; nobody references an executable's pages.
    private static bool IsRazor(INamedTypeSymbol type) =>
        type.Name == "_Imports" || type.BaseType?.Name is "ComponentBase" or "LayoutComponentBase";

    private static string Describe(INamedTypeSymbol type)
    {
        var members = type.GetMembers()
            .Where(member => member is not INamedTypeSymbol && IsVisible(member) && IsWritten(member))
            .Select(member => "    " + member.ToDisplayString(MemberFormat))
            .Order(StringComparer.Ordinal);
        return string.Concat(members.Prepend(Heading(type)).Select(line => line + "\n"));
    }

    private static string Heading(INamedTypeSymbol type)
    {
        var bases = string.Join(", ", BasesOf(type).Select(b => b.ToDisplayString(MemberFormat)));
        var name = type.ToDisplayString(TypeFormat);
        return $"public {Kind(type)} {name}{(bases.Length == 0 ? "" : " : ")}{bases}";
    }

    private static string Kind(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Struct, IsReadOnly: true } => "readonly struct",
        { TypeKind: not TypeKind.Class } => type.TypeKind.ToString().ToLowerInvariant(),
        { IsStatic: true } => "static class",
        _ => (type.IsAbstract ? "abstract " : type.IsSealed ? "sealed " : "") + (type.IsRecord ? "record" : "class"),
    };

    // Every value type and record is equatable to itself; saying so on each line would hide the rest.
    private static IEnumerable<INamedTypeSymbol> BasesOf(INamedTypeSymbol type) =>
        type.TypeKind is TypeKind.Enum or TypeKind.Delegate
            ? []
            : type.Interfaces.Where(i => i is not { Name: "IEquatable", Arity: 1 })
                .Prepend(type.BaseType)
                .OfType<INamedTypeSymbol>()
                .Where(b => b.SpecialType is SpecialType.None);

    private static bool IsVisible(ISymbol symbol) => symbol.DeclaredAccessibility
        is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    // Accessors are told by their property; what the compiler adds to a record says nothing about the door.
    private static bool IsWritten(ISymbol member) =>
        member is not IMethodSymbol { AssociatedSymbol: not null }
        && !member.IsImplicitlyDeclared
        && !member.GetAttributes().Any(a => a.AttributeClass?.Name == "CompilerGeneratedAttribute")
        && member is not IFieldSymbol { Name: "value__" };

    private static SymbolDisplayFormat Format(SymbolDisplayTypeQualificationStyle names) => new(
        typeQualificationStyle: names,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters
            | SymbolDisplayGenericsOptions.IncludeTypeConstraints
            | SymbolDisplayGenericsOptions.IncludeVariance,
        memberOptions: SymbolDisplayMemberOptions.IncludeAccessibility
            | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeType
            | SymbolDisplayMemberOptions.IncludeRef
            | SymbolDisplayMemberOptions.IncludeConstantValue
            | SymbolDisplayMemberOptions.IncludeParameters,
        delegateStyle: SymbolDisplayDelegateStyle.NameAndSignature,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType
            | SymbolDisplayParameterOptions.IncludeName
            | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeExtensionThis
            | SymbolDisplayParameterOptions.IncludeDefaultValue,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes
            | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);
}
