using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Gateway.Architecture.Tests.Doors;

public sealed class DoorTests
{
    private const string Folder = "tests/Architecture.Tests/Doors";

    public static TheoryData<string> Modules => [.. Repository.Modules];

    [Theory]
    [MemberData(nameof(Modules))]
    public void The_public_surface_is_the_reviewed_one(string module)
    {
        var actual = PublicSurface.Of(Path.Combine(AppContext.BaseDirectory, $"Gateway.{module}.dll"));
        var file = Repository.PathOf($"{Folder}/{module}.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_DOORS") == "1")
        {
            File.WriteAllText(file, actual);
        }

        var reviewed = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(reviewed == actual, Explain(module, reviewed, actual));
    }

    [Fact]
    public void Every_door_file_belongs_to_a_module()
    {
        var files = Repository.Files(Repository.PathOf(Folder), "*.txt").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(Repository.Modules, files.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_surface_shows_what_others_see_and_nothing_else()
    {
        const string code = """
            namespace Shop;
            public sealed record Price(long Cents) { internal int Hidden; private void Secret() { } }
            public enum Size { Small = 1 }
            public abstract class Till
            {
                protected Till(string? name) { }
                public abstract bool TryOpen(out Price price);
            }
            public static class Tills
            {
                public const int Limit = 8;
                public static Till Find(this string name) => null!;
            }
            internal sealed class Safe { public int Gold => 1; public sealed class Inner; }
            """;
        const string expected = """
            public abstract class Shop.Till
                protected Till(string? name)
                public abstract bool TryOpen(out Price price)
            public enum Shop.Size
                Small = 1
            public sealed record Shop.Price
                public Price(long Cents)
                public long Cents { get; init; }
            public static class Shop.Tills
                public const int Limit = 8
                public static Till Find(this string name)

            """;
        Assert.Equal(expected, PublicSurface.Of(Compile(code)));
    }

    [Fact]
    public void The_difference_names_lost_and_new_lines()
    {
        var message = Explain("Core", "public enum A\nsame\n", "public enum B\nsame\n");
        Assert.Contains("- public enum A\n+ public enum B\n", message, StringComparison.Ordinal);
    }

    private static string Explain(string module, string reviewed, string actual)
    {
        var before = reviewed.Split('\n');
        var after = actual.Split('\n');
        var lost = before.Except(after).Select(line => $"- {line}\n");
        var added = after.Except(before).Select(line => $"+ {line}\n");
        return $"""
            The door of {module} is not the reviewed one ({Folder}/{module}.txt):
            {string.Concat(lost.Concat(added))}
            If the change is meant, run
                UPDATE_DOORS=1 dotnet test --project tests/Architecture.Tests
            and commit the file with the change.
            """;
    }

    private static IAssemblySymbol Compile(string code)
    {
        var options = new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable);
        MetadataReference[] references = [MetadataReference.CreateFromFile(typeof(object).Assembly.Location)];
        var compilation = CSharpCompilation.Create("shop", [CSharpSyntaxTree.ParseText(code)], references, options);
        using var image = new MemoryStream();
        Assert.True(compilation.Emit(image).Success);
        var reference = MetadataReference.CreateFromImage(image.ToArray());
        var reader = CSharpCompilation.Create("reader", references: [reference, .. references]);
        return (IAssemblySymbol)reader.GetAssemblyOrModuleSymbol(reference)!;
    }
}
