using System.Text;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>docs/conformance.md says what the real clients saw: it is written from what they see here, and a page that
/// says something else fails.</summary>
[Trait("Needs", "node")]
public sealed class ConformancePageTests(RunningGateway gateway) : IClassFixture<RunningGateway>
{
    private const string Rewrite = "UPDATE_CONFORMANCE";

    private const string Head = """
        # Conformance

        Written by `ConformancePageTests` from what unmodified client packages saw at a running gateway with one
        expert that takes every field; do not edit. `UPDATE_CONFORMANCE=1` rewrites it.

        A field is sent alone beside what the endpoint requires. `passed`: the client got its answer, or its whole
        stream, and had no complaint; whether a model does what the field asks is its expert's matter. `no effect,
        told`: named in `x-gateway-ignored`. `passed on, told`: nobody here knows it, the expert got it, and it is named
        in `x-gateway-unverified`. A number is the refusal's status, with its code; 404 `not_found` is an endpoint that
        is not there.


        """;

    private static string Page => Path.Combine(Repository.Root, "docs", "conformance.md");

    [Fact]
    public async Task The_page_says_what_the_clients_saw()
    {
        var seen = (await GatewayScript.RunAsync("conformance.mjs", gateway.Process, [RunningGateway.Model])).AsArray();
        var written = Write(seen, Packages());
        if (Environment.GetEnvironmentVariable(Rewrite) == "1")
        {
            await File.WriteAllTextAsync(Page, written, TestContext.Current.CancellationToken);
        }

        var committed = await File.ReadAllTextAsync(Page, TestContext.Current.CancellationToken);
        Assert.True(written == committed, $"docs/conformance.md is not current; run this test with {Rewrite}=1.\n"
            + string.Join('\n', written.Split('\n').Except(committed.Split('\n'))));
    }

    [Fact]
    public async Task No_client_saw_anything_but_an_answer_or_a_refusal_by_name()
    {
        var seen = (await GatewayScript.RunAsync("conformance.mjs", gateway.Process, [RunningGateway.Model])).AsArray();

        var outcomes = seen.SelectMany(row => new[] { (string)row!["whole"]!, (string)row["stream"]! });
        Assert.All(outcomes, outcome => Assert.True(
            outcome is "passed" or "no effect, told" or "passed on, told" or "streams only" or "-"
            || outcome.StartsWith("400 ", StringComparison.Ordinal)
            || outcome is "404 not_found" or "404 model_not_found", outcome));
    }

    private static string Write(JsonArray seen, Dictionary<string, string> packages)
    {
        var page = new StringBuilder(Head);
        foreach (var group in seen.GroupBy(row => ((string)row!["endpoint"]!, (string)row["client"]!)))
        {
            var (endpoint, client) = group.Key;
            page.Append("## `").Append(endpoint).Append("` with ").Append(client).Append(' ').Append(packages[client])
                .Append("\n\n| field | whole | stream |\n| --- | --- | --- |\n");
            foreach (var row in group)
            {
                page.Append("| ").Append((string)row!["field"]!).Append(" | ").Append((string)row["whole"]!)
                    .Append(" | ").Append((string)row["stream"]!).Append(" |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static Dictionary<string, string> Packages()
    {
        var file = Path.Combine(Repository.Root, "tests", "Conformance.Tests", "node", "package.json");
        return JsonNode.Parse(File.ReadAllText(file))!["dependencies"]!.AsObject()
            .ToDictionary(package => package.Key, package => (string)package.Value!);
    }
}
