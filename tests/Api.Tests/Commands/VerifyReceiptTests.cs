using System.Text;
using System.Text.Json.Nodes;
using Gateway.Api.Commands;
using Gateway.Api.Hosting;
using Gateway.Testing;

namespace Gateway.Api.Tests.Commands;

public sealed class VerifyReceiptTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receipt_holds_offline_and_no_changed_one_does()
    {
        var directory = GatewayProcess.NewDataDirectory();
        var (receipt, keys) = await BuyAsync(directory);
        var file = Path.Combine(directory, "receipt.json");
        var keyFile = Path.Combine(directory, "keys.json");
        await File.WriteAllTextAsync(keyFile, keys, Token);

        await File.WriteAllTextAsync(file, receipt, Token);
        Assert.Equal((0, ""), await VerifyAsync(directory, file));
        Assert.Equal((0, ""), await VerifyAsync(GatewayProcess.NewDataDirectory(), file, keyFile));

        var cheaper = JsonNode.Parse(receipt)!;
        cheaper["charge_nusd"] = 1;
        await File.WriteAllTextAsync(file, cheaper.ToJsonString(), Token);
        var (code, problems) = await VerifyAsync(directory, file, keyFile);
        Assert.Equal(1, code);
        Assert.Contains("was changed", problems, StringComparison.Ordinal);
        Assert.Contains("usage times price", problems, StringComparison.Ordinal);

        await File.WriteAllTextAsync(file, receipt[..^1] + ",\"charge_nusd\":1}", Token);
        Assert.Equal(1, (await VerifyAsync(directory, file, keyFile)).Code);

        await File.WriteAllTextAsync(file, "{}", Token);
        Assert.Equal(1, (await VerifyAsync(directory, file, keyFile)).Code);

        // Other keys know nothing of it.
        var other = GatewayProcess.NewDataDirectory();
        await BuyAsync(other);
        await File.WriteAllTextAsync(file, receipt, Token);
        Assert.Contains("unknown", (await VerifyAsync(other, file)).Problems, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("verify-receipt")]
    [InlineData("verify-receipt", "/no/such/file", "/no/such/keys")]
    [InlineData("verify-receipt", "/no/such/file")]
    public async Task What_cannot_be_read_is_named(params string[] args)
    {
        await using var command = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), args);

        Assert.Equal(1, await command.WaitForExitAsync(Token));
        Assert.NotEmpty(command.Errors);
        Assert.DoesNotContain("   at ", command.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_told_from_a_file()
    {
        var folder = GatewayProcess.NewDataDirectory();
        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => VerifyReceiptCommand.RunAsync(["receipt.json", folder]));

        Assert.Equal($"{folder} is a folder, not a file.", refused.Message);
    }

    [Fact]
    public async Task An_owner_is_not_made_twice_by_the_same_words()
    {
        var settings = $"--Gateway:DataDirectory={GatewayProcess.NewDataDirectory()}";
        string[] words = ["--email", "ada@example.org", "--organization", "Engines", settings];
        Assert.Equal(0, await CreateOwnerCommand.RunAsync(words));

        var refused = await Assert.ThrowsAsync<StartRefusedException>(() => CreateOwnerCommand.RunAsync(words));
        Assert.Contains("already owns org_", refused.Message, StringComparison.Ordinal);
        words[3] = "Looms";
        Assert.Equal(0, await CreateOwnerCommand.RunAsync(words));
    }

    private static async Task<(int Code, string Problems)> VerifyAsync(string directory, params string[] files)
    {
        await using var command = GatewayProcess.Start(directory, ["verify-receipt", .. files]);
        var code = await command.WaitForExitAsync(Token);
        var problems = JsonNode.Parse(command.Output)!["problems"]!.AsArray().Select(problem => (string)problem!);
        return (code, string.Join(' ', problems));
    }

    private static async Task<(string Receipt, string Keys)> BuyAsync(string directory)
    {
        await using var gateway = await GatewayProcess.StartReadyAsync(directory);
        using var client = gateway.CreateClient();
        using var question = new StringContent(
            """{"model":"devnet-small","messages":[{"role":"user","content":"What is 6 * 7?"}]}""",
            Encoding.UTF8,
            "application/json");
        using var answer = await client.PostAsync(new Uri("v1/chat/completions", UriKind.Relative), question, Token);
        var id = answer.Headers.GetValues("x-gateway-receipt").Single();
        var receipt = await client.GetStringAsync(new Uri($"v1/receipts/{id}", UriKind.Relative), Token);
        var keys = await client.GetStringAsync(
            new Uri(".well-known/gateway-receipt-keys.json", UriKind.Relative), Token);
        await gateway.StopAsync();
        return (receipt, keys);
    }
}
