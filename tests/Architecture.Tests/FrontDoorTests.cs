using System.Reflection;
using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>What a newcomer reads first must be true.</summary>
public sealed partial class FrontDoorTests
{
    private const int ReadmeLines = 120;

    public static TheoryData<string> Documents =>
    [
        .. Directory.EnumerateFiles(Repository.Root, "*.md")
            .Concat(Repository.Files(Repository.PathOf("docs"), "*.md"))
            .Concat(Repository.Files(Repository.PathOf("k8s"), "*.md"))
            .Select(Repository.Relative),
    ];

    [Fact]
    public void The_readme_is_short() =>
        Assert.InRange(File.ReadLines(Repository.PathOf("README.md")).Count(), 1, ReadmeLines);

    [Fact]
    public void The_readme_names_the_two_commands()
    {
        var readme = Repository.Read("README.md");
        var commands = CodeLine().Matches(readme).Select(line => line.Groups["code"].Value).ToArray();
        Assert.Contains("dotnet run --project src/Api", commands);
        Assert.Contains("./test.sh", commands);
    }

    [Fact]
    public void The_run_command_has_a_program_to_run() =>
        Assert.NotNull(Assembly.Load("Gateway.Api").EntryPoint);

    [Theory]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    public void The_test_commands_are_executable(string script)
    {
        Assert.StartsWith("#!", Repository.Read(script), StringComparison.Ordinal);
        if (!OperatingSystem.IsWindows())
        {
            Assert.True(File.GetUnixFileMode(Repository.PathOf(script)).HasFlag(UnixFileMode.UserExecute));
        }
    }

    [Fact]
    public void Ci_runs_what_people_run() =>
        Assert.EndsWith("/test.sh\"\n", Repository.Read(".ci/run"), StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_relative_link_leads_to_a_file(string document)
    {
        var folder = Path.GetDirectoryName(Repository.PathOf(document))!;
        var broken = Link().Matches(Repository.Read(document))
            .Select(link => link.Groups["target"].Value)
            .Where(target => !target.Contains("://", StringComparison.Ordinal) && target.Length > 0)
            .Where(target => !Path.Exists(Path.Combine(folder, target)));
        Assert.Empty(broken);
    }

    [Fact]
    public void The_failure_table_names_tests_that_there_are()
    {
        var rows = Repository.Read("docs/ledger.md").Split('\n')
            .Where(line => line.StartsWith("| F", StringComparison.Ordinal)).ToArray();
        var sources = string.Concat(Repository.Files(Repository.PathOf("tests"), "*.cs").Select(File.ReadAllText));
        Assert.Equal(24, rows.Length);
        var unknown = rows.SelectMany(row => TestName().Matches(row)).Select(name => name.Groups["name"].Value)
            .Where(name => !sources.Contains($" {name}(", StringComparison.Ordinal))
            .ToArray();
        Assert.Empty(unknown);
    }

    [Theory]
    [InlineData("tests/Conformance.Tests/node", "openai")]
    [InlineData("tests/ChainBridge.Tests/RealRuntime/node", "@acala-network/chopsticks")]
    public void Complaint_30_Node_packages_are_pinned_and_locked_without_a_registrys_address(
        string folder, string package)
    {
        var locked = Repository.Read($"{folder}/package-lock.json");
        Assert.Contains("\"integrity\": \"sha512-", locked, StringComparison.Ordinal);
        Assert.DoesNotContain("\"resolved\"", locked, StringComparison.Ordinal);
        Assert.Matches($"\"{Regex.Escape(package)}\": \"[0-9.]+\"", Repository.Read($"{folder}/package.json"));
        Assert.Contains(folder, Repository.Read("test.sh"), StringComparison.Ordinal);
    }

    [GeneratedRegex("`(?<name>[A-Z][A-Za-z0-9]*_[A-Za-z0-9_]+)`")]
    private static partial Regex TestName();

    [GeneratedRegex(@"^(    |\$ )(?<code>\S.*)$", RegexOptions.Multiline)]
    private static partial Regex CodeLine();

    [GeneratedRegex(@"\]\((?<target>[^)#\s]*)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
