using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Api.Tests.Commands;

public sealed class PricesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_book_is_exported_changed_and_imported_by_one_person_or_by_two()
    {
        var directory = GatewayProcess.NewDataDirectory();
        var file = Path.Combine(directory, "prices.json");
        await File.WriteAllTextAsync(file, """
            { "currency": "USD", "models": {
                "m": { "input_per_million_tokens": "0.02", "output_per_million_tokens": "0.06" } } }
            """, Token);
        Assert.Equal((0, "added"), await RunAsync(directory, "import", file, "--reason", "first"));
        Assert.Equal(0, (await RunAsync(directory, "export", file)).Code);
        Assert.Equal((0, "unchanged"), await RunAsync(directory, "import", file, "--reason", "again"));

        var text = await File.ReadAllTextAsync(file, Token);
        await File.WriteAllTextAsync(file, text.Replace("\"0.06\"", "\"6\"", StringComparison.Ordinal), Token);
        Assert.Equal((1, "pending"), await RunAsync(directory, "import", file, "--author", "ada", "--reason", "x100"));
        Assert.Equal((1, "refused"), await RunAsync(directory, "import", file, "--approve", "--author", "Ada"));
        Assert.Equal((0, "added"), await RunAsync(directory, "import", file, "--approve", "--author", "bob"));
    }

    [Theory]
    [InlineData("prices")]
    [InlineData("prices", "import")]
    [InlineData("prices", "drop", "file")]
    [InlineData("prices", "import", "/no/such/file", "--reason", "x")]
    [InlineData("prices", "import", "/no/such/file")]
    [InlineData("prices", "export", "/no/such/folder/file")]
    [InlineData("prices", "export", "file", "--author", "x")]
    public async Task What_cannot_be_done_is_named(params string[] args)
    {
        await using var command = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), args);

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        Assert.NotEmpty(command.Errors);
        Assert.DoesNotContain("   at ", command.Errors, StringComparison.Ordinal);
    }

    /// <summary>The exit code, and the first list of the answer that is not empty.</summary>
    private static async Task<(int Code, string First)> RunAsync(string directory, params string[] args)
    {
        await using var command = GatewayProcess.Start(directory, ["prices", .. args]);
        var code = await command.WaitForExitAsync(Token);
        Assert.True(command.Output.Length > 0, command.Errors);
        var lists = JsonNode.Parse(command.Output)!.AsObject()
            .Where(member => member.Value is JsonArray { Count: > 0 })
            .Select(member => member.Key)
            .Where(name => args.Contains("--approve") || name != "unchanged" || args.Contains("again"));
        return (code, lists.FirstOrDefault() ?? "");
    }
}
