using System.Diagnostics;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>Runs a script of the node folder against a gateway and reads the JSON it prints.</summary>
internal static class NodeScript
{
    public static async Task<JsonNode> RunAsync(
        string script, GatewayProcess gateway, params IEnumerable<string> args)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Conformance.Tests", "node");
        var start = new ProcessStartInfo("node")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { Path.Combine(folder, script), gateway.BaseUrl.ToString(), gateway.ApiKey },
        };
        foreach (var arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        using var node = Process.Start(start)!;
        var output = node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = node.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await node.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(node.ExitCode == 0, $"{await errors}\nRun ./test.sh once: it installs the client packages.");
        return JsonNode.Parse(await output)!;
    }
}
