using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Gateway.Architecture.Tests.Dependencies;

public sealed partial class DependencyTests
{
    public static TheoryData<string> Modules => [.. Repository.Modules];

    [Fact]
    public void Every_module_has_its_rules_and_every_rule_its_module() =>
        Assert.Equal(House.Modules.Keys.Order(StringComparer.Ordinal), Repository.Modules);

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_references_only_the_modules_it_may(string module) =>
        Assert.Empty(Project.OfModule(module).References.Except(House.Modules[module].MayReference));

    [Theory]
    [MemberData(nameof(Modules))]
    public void A_module_references_only_the_packages_it_may(string module) =>
        Assert.DoesNotContain(Project.OfModule(module).Packages, package => !House.Allows(module, package));

    [Theory]
    [MemberData(nameof(Modules))]
    public void Only_hosts_use_the_web_framework(string module)
    {
        string[] allowed = House.Modules[module].IsHost ? ["Microsoft.AspNetCore.App"] : [];
        Assert.Empty(Project.OfModule(module).Frameworks.Except(allowed));
    }

    [Theory]
    [MemberData(nameof(Modules))]
    public void Internals_are_seen_by_tests_bench_and_named_friends_only(string module)
    {
        string[] allowed = [$"Gateway.{module}.Tests", "Gateway.Bench", .. House.Modules[module].Friends];
        var friends = Assembly.Load($"Gateway.{module}")
            .GetCustomAttributes<InternalsVisibleToAttribute>()
            .Select(friend => friend.AssemblyName);
        Assert.Empty(friends.Except(allowed));
    }

    [Fact]
    public void DevNet_uses_only_the_bridges_codec()
    {
        var foreign = Repository.Sources
            .Where(source => source.Project == "src/DevNet")
            .SelectMany(source => BridgeParts(source).Select(part => $"{source.Path}: ChainBridge.{part}"));
        Assert.Empty(foreign);
    }

    [Theory]
    [InlineData("using Gateway.ChainBridge.Keys;", "")]
    [InlineData("using Gateway.ChainBridge.Rpc;", "Rpc")]
    [InlineData("using static Gateway.ChainBridge.Watcher.Cursor;", "Watcher")]
    [InlineData("using Gateway.ChainBridge;", "*")]
    [InlineData("namespace Gateway.DevNet; class A { object b = new ChainBridge.Payouts.Payout(); }", "Payouts")]
    [InlineData("// see Gateway.ChainBridge.Rpc", "")]
    public void The_codec_rule_sees_usings_and_qualified_names(string code, string expected) =>
        Assert.Equal(expected, string.Join(' ', BridgeParts(SourceFile.Parse("src/DevNet/A.cs", code))));

    [Theory]
    [InlineData("Core", "Microsoft.Extensions.Hosting.Abstractions", false)]
    [InlineData("Router", "Microsoft.Extensions.Hosting.Abstractions", true)]
    [InlineData("Router", "Npgsql", true)]
    [InlineData("DevNet", "Npgsql", false)]
    [InlineData("Billing", "Yarp.ReverseProxy", false)]
    [InlineData("LocalExperts", "Microsoft.ML.Tokenizers.Data.O200kBase", true)]
    [InlineData("Api", "Microsoft.ML.OnnxRuntime", false)]
    public void The_package_rule_knows_owners(string module, string package, bool allowed) =>
        Assert.Equal(allowed, House.Allows(module, package));

    [Fact]
    public void A_project_file_is_read_with_all_its_references()
    {
        var project = Project.Parse("a.csproj", """
            <Project Sdk="Microsoft.NET.Sdk.Web"><ItemGroup>
              <ProjectReference Include="../Core/Core.csproj" /><PackageReference Include="Npgsql" />
            </ItemGroup></Project>
            """);
        Assert.Equal(["Core"], project.References);
        Assert.Equal(["Npgsql"], project.Packages);
        Assert.Equal(["Microsoft.AspNetCore.App"], project.Frameworks);
    }

    private static IEnumerable<string> BridgeParts(SourceFile source)
    {
        var code = string.Concat(source.Root.DescendantTokens().Select(token => token.Text + " "));
        return BridgeName().Matches(code)
            .Select(match => match.Groups["part"] is { Success: true } part ? part.Value : "*")
            .Where(part => !House.BridgePartsOfDevNet.Contains(part))
            .Distinct();
    }

    [GeneratedRegex(@"\bChainBridge\b( \. (?<part>\w+))?")]
    private static partial Regex BridgeName();
}
