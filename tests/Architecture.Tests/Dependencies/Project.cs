using System.Xml.Linq;

namespace Gateway.Architecture.Tests.Dependencies;

/// <summary>What one project file asks for.</summary>
/// <param name="Path">Of the project file, relative to the repository's root.</param>
/// <param name="References">Names of the projects it references.</param>
/// <param name="Packages">Ids of the packages it references.</param>
/// <param name="Frameworks">Shared frameworks beyond the base one.</param>
internal sealed record Project(
    string Path, IReadOnlySet<string> References, IReadOnlySet<string> Packages, IReadOnlySet<string> Frameworks)
{
    /// <summary>Reads <c>src/{module}/{module}.csproj</c>.</summary>
    public static Project OfModule(string module) =>
        Parse($"src/{module}/{module}.csproj", Repository.Read($"src/{module}/{module}.csproj"));

    /// <summary>Reads a project file's text.</summary>
    public static Project Parse(string path, string xml)
    {
        var root = XDocument.Parse(xml).Root!;
        var frameworks = Included(root, "FrameworkReference").ToHashSet(StringComparer.Ordinal);
        if (root.Attribute("Sdk")?.Value == "Microsoft.NET.Sdk.Web")
        {
            frameworks.Add("Microsoft.AspNetCore.App");
        }

        return new(
            path,
            Included(root, "ProjectReference")
                .Select(System.IO.Path.GetFileNameWithoutExtension)
                .OfType<string>()
                .ToHashSet(StringComparer.Ordinal),
            Included(root, "PackageReference").ToHashSet(StringComparer.OrdinalIgnoreCase),
            frameworks);
    }

    private static IEnumerable<string> Included(XElement root, string item) =>
        root.Descendants(item).Select(e => e.Attribute("Include")?.Value).OfType<string>();
}
