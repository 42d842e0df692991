namespace Gateway.Architecture.Tests.Tidy;

/// <summary>Each rule is shown a seeded fault and its nearest innocent neighbour.</summary>
public sealed class RuleTests
{
    public static TheoryData<string, string, string> Faults => new()
    {
        { "file-lines", Repeat("// line\n", 401), "" },
        { "method-lines", $"class A {{ void M()\n{{\n{Repeat("N();\n", 58)}}} }}\n", "A.M" },
        { "method-lines", $"class A {{ int P\n{{\n{Repeat("//\n", 58)}get; }} }}\n", "A.P" },
        { "method-lines", Repeat("Run();\n", 61), "(top)" },
        { "line-columns", $"// {Repeat("x", 118)}\n", "" },
        { "constructor-parameters", "class A { A(int a, int b, int c, int d, int e, int f, int g) { } }\n", "A.ctor" },
        { "constructor-parameters", "class A(int a, int b, int c, int d, int e, int f, int g);\n", "A" },
        { "integers-only", "class A { double b; }\n", "A.b" },
        { "integers-only", "class A { object B() => 0.5; }\n", "A.B" },
        { "integers-only", "class A { object B() => 1e3; }\n", "A.B" },
        { "final-newline", "class A;", "" },
        { "todo-with-issue", "class A { } // TODO: later\n", "A" },
        { "todo-with-issue", "/// <summary>FIXME(#1)</summary>\nclass A { }\n", "A" },
        { "closed-classes", "namespace N; class A { sealed record B; record C; }\n", "A A.C" },
        { "closed-classes", "partial class A; partial class A;\n", "A" },
    };

    public static TheoryData<string, string> Innocents => new()
    {
        { "file-lines", Repeat("// line\n", 400) },
        { "method-lines", $"class A {{ void M()\n{{\n{Repeat("N();\n", 57)}}} }}\n" },
        { "method-lines", $"class A\n{{\n{Repeat("int x;\n", 80)}}}\n" },
        { "line-columns", $"// {Repeat("x", 117)}\r\n" },
        { "constructor-parameters", "record A(int a, int b, int c, int d, int e, int f, int g);\n" },
        { "constructor-parameters", "class A(int a, int b, int c, int d, int e, int f);\n" },
        { "integers-only", "class A { const string B = \"0.5\"; long c = 1_000L; /* double */ }\n" },
        { "final-newline", "class A;\n" },
        { "todo-with-issue", "class A { } // TODO(#12): later\n" },
        { "todo-with-issue", "class A { const string B = \"TODO\"; }\n" },
        { "closed-classes", "sealed class A; abstract record B; static class C;\n" },
        { "closed-classes", "struct A; record struct B; interface C; enum D;\n" },
        { "closed-classes", "sealed partial class A; partial class A;\n" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_seeded_fault_is_found(string rule, string code, string members) =>
        Assert.Equal(members.Split(' '), Found(rule, code).Select(offence => offence.Member));

    [Theory]
    [MemberData(nameof(Innocents))]
    public void An_innocent_neighbour_is_not(string rule, string code) => Assert.Empty(Found(rule, code));

    [Fact]
    public void Fractions_are_fine_outside_the_money()
    {
        var router = SourceFile.Parse("src/Router/A.cs", "class A { double b = 0.5; }\n");
        Assert.Empty(TidyTests.Check("integers-only", [router]));
    }

    private static IReadOnlyList<Offence> Found(string rule, string code) =>
        TidyTests.Check(rule, [SourceFile.Parse("src/Core/A.cs", code)]);

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
