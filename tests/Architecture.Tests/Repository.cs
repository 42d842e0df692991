namespace Gateway.Architecture.Tests;

/// <summary>The source tree that the running tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] CodeFolders = ["src", "tests", "bench"];
    private static readonly string[] ForeignFolders = ["bin", "obj", "artifacts", "node_modules", "Migrations"];

    /// <summary>Absolute path of the folder that holds Gateway.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The modules: every project folder below src, sorted.</summary>
    public static IReadOnlyList<string> Modules { get; } =
    [
        .. Directory.EnumerateDirectories(Path.Combine(Root, "src"))
            .Select(folder => Path.GetFileName(folder))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Every C# file that people write, sorted by path: generated code is nobody's style.</summary>
    public static IReadOnlyList<SourceFile> Sources { get; } =
    [
        .. CodeFolders
            .SelectMany(folder => Files(Path.Combine(Root, folder), "*.cs"))
            .Order(StringComparer.Ordinal)
            .Select(path => SourceFile.Parse(Relative(path), File.ReadAllText(path)))
            .Where(source => !source.IsGenerated),
    ];

    /// <summary>An absolute path from one with forward slashes, relative to <see cref="Root"/>.</summary>
    public static string PathOf(string relative) => Path.Combine(Root, relative);

    /// <summary>The text of a file, by its path relative to <see cref="Root"/>.</summary>
    public static string Read(string relative) => File.ReadAllText(PathOf(relative));

    /// <summary>Files below a folder, without what tools wrote there; empty when there is no such folder.</summary>
    public static IEnumerable<string> Files(string folder, string pattern)
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var below = Directory.EnumerateDirectories(folder)
            .Where(child => !ForeignFolders.Contains(Path.GetFileName(child)))
            .SelectMany(child => Files(child, pattern));
        return Directory.EnumerateFiles(folder, pattern).Concat(below);
    }

    /// <summary>The path below <see cref="Root"/>, with forward slashes.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Gateway.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException($"No Gateway.sln above {AppContext.BaseDirectory}.");
    }
}
