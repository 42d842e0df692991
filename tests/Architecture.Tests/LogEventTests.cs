using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Gateway.Architecture.Tests;

/// <summary>An alert names an event id, so an id means one thing for ever.</summary>
public sealed class LogEventTests
{
    private const int RangeSize = 1000;

    private static readonly Dictionary<string, int> FirstIds = new()
    {
        ["src/Router"] = 1000,
        ["src/Billing"] = 2000,
        ["src/ChainBridge"] = 3000,
        ["src/LocalExperts"] = 4000,
        ["src/Api"] = 5000,
        ["src/Validation"] = 6000,
        ["src/DevNet"] = 7000,
    };

    [Fact]
    public void Every_log_event_has_an_id_of_its_own_in_its_modules_range() =>
        Assert.Empty(Complaints(Repository.Sources));

    [Theory]
    [InlineData("src/Router/A.cs", "[LoggerMessage(1000, LogLevel.Debug, \"\")]", "")]
    [InlineData("src/Router/A.cs", "[LoggerMessage(EventId = 1999, Level = LogLevel.Debug)]", "")]
    [InlineData("src/Router/A.cs", "[LoggerMessage(eventId: 2000)]", "src/Router/A.cs: 2000 is outside 1000-1999")]
    [InlineData("src/Core/A.cs", "[LoggerMessage(1)]", "src/Core/A.cs: 1 in a module without ids")]
    [InlineData("src/Api/A.cs", "[LoggerMessage(LogLevel.Debug, \"\")]", "src/Api/A.cs: an event without a literal id")]
    [InlineData("src/Api/A.cs", "[LoggerMessage(5000), LoggerMessage(5000)]", "5000 is used 2 times")]
    public void Seeded_faults_are_found(string path, string attribute, string complaint)
    {
        var source = SourceFile.Parse(path, $"class Log {{ {attribute} void A(); }}");
        Assert.Equal(complaint, string.Join('\n', Complaints([source])));
    }

    private static IEnumerable<string> Complaints(IEnumerable<SourceFile> sources)
    {
        var events = sources
            .Where(source => source.Path.StartsWith("src/", StringComparison.Ordinal))
            .SelectMany(Events)
            .ToArray();
        var misplaced = events.Select(Misplaced).OfType<string>();
        var doubled = events.Where(e => e.Id is not null).GroupBy(e => e.Id)
            .Where(same => same.Count() > 1)
            .Select(same => $"{same.Key} is used {same.Count()} times");
        return misplaced.Concat(doubled);
    }

    private static IEnumerable<(SourceFile Source, int? Id)> Events(SourceFile source) =>
        from attribute in source.Root.DescendantNodes().OfType<AttributeSyntax>()
        where attribute.Name.ToString() is "LoggerMessage" or "LoggerMessageAttribute"
        select (source, IdOf(attribute));

    private static int? IdOf(AttributeSyntax attribute)
    {
        var arguments = attribute.ArgumentList?.Arguments.ToArray() ?? [];
        var named = arguments.FirstOrDefault(a => $"{a.NameEquals?.Name}{a.NameColon?.Name}" is "EventId" or "eventId");
        var argument = named ?? arguments.FirstOrDefault(a => a.NameEquals is null && a.NameColon is null);
        return argument?.Expression is LiteralExpressionSyntax { Token.Value: int id } ? id : null;
    }

    private static string? Misplaced((SourceFile Source, int? Id) logged)
    {
        var (source, id) = logged;
        if (id is null)
        {
            return $"{source.Path}: an event without a literal id";
        }

        if (!FirstIds.TryGetValue(source.Project, out var first))
        {
            return $"{source.Path}: {id} in a module without ids";
        }

        var last = first + RangeSize - 1;
        return id >= first && id <= last ? null : $"{source.Path}: {id} is outside {first}-{last}";
    }
}
