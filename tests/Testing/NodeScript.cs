using System.Diagnostics;
using System.Text.Json.Nodes;

namespace Gateway.Testing;

/// <summary>Runs a script beside the pinned packages of npm and reads the JSON it prints.</summary>
public static class NodeScript
{
    /// <param name="script">A file of the conformance tests' node folder.</param>
    /// <param name="args">Its arguments.</param>
    /// <param name="ct">Gives up waiting.</param>
    /// <exception cref="InvalidOperationException">The script failed; the message holds what it said.</exception>
    public static async Task<JsonNode> RunAsync(string script, IEnumerable<string> args, CancellationToken ct)
    {
        var folder = Path.Combine(Repository.Root, "tests", "Conformance.Tests", "node");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, script), .. args])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var node = Process.Start(start)!;
        try
        {
            var output = node.StandardOutput.ReadToEndAsync(ct);
            var errors = node.StandardError.ReadToEndAsync(ct);
            await node.WaitForExitAsync(ct);
            return node.ExitCode == 0
                ? JsonNode.Parse((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1])!
                : throw new InvalidOperationException(
                    $"{await errors}\nRun ./test.sh once: it installs the client packages.");
        }
        finally
        {
            // A test that gives up leaves no process behind.
            if (!node.HasExited)
            {
                node.Kill(entireProcessTree: true);
            }
        }
    }
}
