using System.Text;
using Gateway.Testing;

namespace Gateway.Api.Tests.Secrets;

/// <summary>Neither a prompt nor an answer nor a key stands in anything the process writes, even when it logs all it
/// can and the requests go wrong.</summary>
public sealed class CanaryTests
{
    private const string Canary = "canary-7b1e0c55-prompt";

    private static readonly string[] Bodies =
    [
        $$"""{"model":"devnet-large","messages":[{"role":"user","content":"{{Canary}}"}]}""",
        $$"""{"model":"devnet-large","stream":true,"user":"{{Canary}}","messages":"""
            + $$"""[{"role":"user","content":"{{Canary}}"}]}""",
        $$"""{"model":"{{Canary}}","messages":[{"role":"user","content":"{{Canary}}"}]}""",
        $$"""{"model":"devnet-large","messages":[{"role":"{{Canary}}","content":"{{Canary}}"}]}""",
        $$"""{"model":"devnet-large","{{Canary}}":"{{Canary}}","messages":[{"role":"user","content":"x"}]}""",
        $$"""{"model":"devnet-large","messages":[{"role":"user","content":"{{Canary}}""",
        $$"""{"model":"devnet-large","routing":{"only":["{{Canary}}"]},"messages":[{"role":"user","content":"x"}]}""",
    ];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Attack_40_Complaint_29_Nothing_written_holds_a_prompt_or_a_key()
    {
        var directory = GatewayProcess.NewDataDirectory();
        var accessLog = Path.Combine(directory, "access.jsonl");
        await using var gateway = await GatewayProcess.StartReadyAsync(
            directory,
            $"--Gateway:AccessLog={accessLog}",
            "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace",
            "--Logging:LogLevel:Microsoft.Extensions.Hosting=Trace");
        using var client = gateway.CreateClient();
        foreach (var body in Bodies)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), content, Token);
            await answer.Content.ReadAsStringAsync(Token);
        }

        Assert.Equal(0, await gateway.StopAsync());
        Assert.Contains("trce:", gateway.Errors, StringComparison.Ordinal);

        // The access log lies among the files below, with a line for each of them.
        var lines = await File.ReadAllLinesAsync(accessLog, Token);
        Assert.Equal(Bodies.Length, lines.Count(line =>
            line.Contains("\"endpoint\":\"/v1/chat/completions\"", StringComparison.Ordinal)));

        // The console shows the demo key once, in the curl to paste; that is its purpose and no log.
        AssertClean("standard error", gateway.Errors, gateway.ApiKey);
        Assert.DoesNotContain(Canary, gateway.Output, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(gateway.DataDirectory, "*", SearchOption.AllDirectories))
        {
            if (Path.GetFileName(file) != "devnet.json")
            {
                AssertClean(file, Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Token)), gateway.ApiKey);
            }
        }
    }

    private static void AssertClean(string what, string text, string key)
    {
        foreach (var secret in (string[])[Canary, key])
        {
            var at = text.IndexOf(secret, StringComparison.Ordinal);
            Assert.True(at < 0, $"{what}: {(at < 0 ? "" : Around(text, at))}");
        }
    }

    private static string Around(string text, int at)
    {
        var start = Math.Max(0, at - 200);
        return text.Substring(start, Math.Min(300, text.Length - start));
    }
}
