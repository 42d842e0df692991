using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Architecture.Tests;

/// <summary>docs/security.md lists the attacks and the complaints by number, and each row the tests that show it: a
/// name that is not there, or does not carry its number, would be a promise nobody keeps.</summary>
public sealed partial class AttackTableTests
{
    private const string NoTest = "no test: ";

    // May only become fewer. The page gives the reason for each.
    private static readonly int[] OpenAttacks = [];
    private static readonly int[] OpenComplaints = [26];

    private static readonly Lazy<string> Page = new(() => Repository.Read("docs/security.md"));

    private static readonly Lazy<HashSet<string>> Tests = new(() =>
    [
        .. Repository.Sources.Where(source => source.Path.StartsWith("tests/", StringComparison.Ordinal))
            .SelectMany(source => TestName().Matches(source.Text))
            .Select(match => match.Groups["name"].Value),
    ]);

    [Fact]
    public void Every_attack_has_a_test_of_its_number_or_a_reason() =>
        Assert.Empty(Faults(Page.Value, "Attack", 42, OpenAttacks, Tests.Value));

    [Fact]
    public void Every_complaint_has_a_test_of_its_number_or_a_reason() =>
        Assert.Empty(Faults(Page.Value, "Complaint", 37, OpenComplaints, Tests.Value));

    [Theory]
    [InlineData("| A1 | x | y | `Attack_01_It_holds` |", "")]
    [InlineData("| A1 | x | y | `Attack_01_Nobody_wrote_it` |", "A1: Attack_01_Nobody_wrote_it is no test")]
    [InlineData("| A1 | x | y | `Attack_02_It_holds` |", "A1: Attack_02_It_holds is not of this row")]
    [InlineData("| A1 | x | y | no test: later |", "A1: no test")]
    [InlineData("| A2 | x | y | `Attack_01_It_holds` |", "A1 is missing")]
    public void Seeded_faults_are_found(string row, string fault)
    {
        var faults = Faults(row, "Attack", 1, [], ["Attack_01_It_holds", "Attack_02_It_holds"]);
        Assert.Equal(fault, string.Join('\n', faults.Take(1)));
    }

    private static IEnumerable<string> Faults(
        string page, string kind, int count, int[] open, HashSet<string> tests)
    {
        var rows = Row().Matches(page)
            .Where(row => row.Groups["kind"].Value[0] == kind[0])
            .ToLookup(row => int.Parse(row.Groups["number"].Value, CultureInfo.InvariantCulture));
        return Enumerable.Range(1, count).SelectMany(number => rows[number].Count() == 1
            ? RowFaults($"{kind[0]}{number}", rows[number].Single().Groups["tests"].Value, kind, number,
                open.Contains(number), tests)
            : [$"{kind[0]}{number} is missing"]);
    }

    private static IEnumerable<string> RowFaults(
        string row, string cell, string kind, int number, bool isOpen, HashSet<string> tests)
    {
        var names = Cited().Matches(cell).Select(match => match.Groups["name"].Value).ToArray();
        if (names.Length == 0 && !(isOpen && cell.StartsWith(NoTest, StringComparison.Ordinal)))
        {
            yield return $"{row}: no test";
        }

        foreach (var name in names)
        {
            if (!tests.Contains(name))
            {
                yield return $"{row}: {name} is no test";
            }

            if (!NumbersOf(name, kind).Contains(number))
            {
                yield return $"{row}: {name} is not of this row";
            }
        }
    }

    // Attack_16_41_Complaint_15_A_name: 16 and 41 of one kind, 15 of the other.
    private static IEnumerable<int> NumbersOf(string name, string kind) =>
        from part in Numbered().Matches(name)
        where part.Groups["kind"].Value == kind
        from number in part.Groups["number"].Captures
        select int.Parse(number.Value, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<kind>[AC])(?<number>\d+) \|.*\| (?<tests>[^|]*) \|$", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>(Attack|Complaint)_[A-Za-z0-9_]+)`")]
    private static partial Regex Cited();

    [GeneratedRegex("(?<kind>Attack|Complaint)(_(?<number>[0-9]{2})(?=_))+")]
    private static partial Regex Numbered();

    [GeneratedRegex(@" (?<name>(Attack|Complaint)_[A-Za-z0-9_]+)\(")]
    private static partial Regex TestName();
}
