namespace Gateway.Architecture.Tests.Tidy;

public sealed class TidyTests
{
    private const string OffenderList = "tests/Architecture.Tests/Offenders.txt";

    public static TheoryData<string> RuleNames => [.. Rules.ByName.Keys, OpenClasses.Rule];

    [Theory]
    [MemberData(nameof(RuleNames))]
    public void Nobody_breaks_a_rule_but_the_listed_offenders(string rule)
    {
        var found = Check(rule, Repository.Sources);
        var listed = Listed().Where(key => key.StartsWith(rule + " ", StringComparison.Ordinal)).ToHashSet();
        var fresh = found.Where(offence => !listed.Contains(offence.Key)).Select(o => $"{o.Key}: {o.Detail}");
        Assert.False(fresh.Any(), $"{rule} is broken by:\n{string.Join('\n', fresh)}");

        var healed = listed.Except(found.Select(offence => offence.Key));
        Assert.False(healed.Any(), $"Healed, so strike it from {OffenderList}:\n{string.Join('\n', healed)}");
    }

    [Fact]
    public void The_offender_list_names_known_rules_once_each()
    {
        var listed = Listed().ToArray();
        Assert.Equal(listed.Distinct(), listed);
        Assert.All(listed, key => Assert.Contains(key.Split(' ')[0], RuleNames.Select(row => row.Data)));
    }

    [Fact]
    public void The_sources_of_every_project_are_seen() =>
        Assert.Superset(
            new HashSet<string> { "src/Core", "tests/Architecture.Tests" },
            Repository.Sources.Select(source => source.Project).ToHashSet());

    internal static IReadOnlyList<Offence> Check(string rule, IReadOnlyList<SourceFile> sources) =>
        rule == OpenClasses.Rule ? [.. OpenClasses.In(sources)] : [.. sources.SelectMany(Rules.ByName[rule])];

    private static IEnumerable<string> Listed() =>
        File.ReadLines(Repository.PathOf(OffenderList)).Where(line => line.Length > 0 && !line.StartsWith('#'));
}
