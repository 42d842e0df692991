using System.Net;
using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Api.Tests.Organization;

public sealed class ReserveTests
{
    private static readonly Uri Own = new("v1/organization/reserves", UriKind.Relative);
    private static readonly Uri Published = new(".well-known/gateway-reserves.json", UriKind.Relative);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_published_at_the_start_holds_offline_and_no_changed_document_does()
    {
        var directory = GatewayProcess.NewDataDirectory();
        var (proof, keys) = await ReadAsync(directory);
        var file = Path.Combine(directory, "proof.json");
        var keyFile = Path.Combine(directory, "keys.json");
        await File.WriteAllTextAsync(keyFile, keys, Token);

        await File.WriteAllTextAsync(file, proof, Token);
        var (code, output) = await VerifyAsync(directory, file);
        Assert.Equal((0, true), (code, (bool)output["valid"]!));
        Assert.Contains("not prove", (string)output["meaning"]!, StringComparison.Ordinal);
        Assert.Equal(0, (await VerifyAsync(GatewayProcess.NewDataDirectory(), file, keyFile)).Code);

        var changed = JsonNode.Parse(proof)!;
        changed["rao"] = (long)changed["rao"]! + 1;
        await File.WriteAllTextAsync(file, changed.ToJsonString(), Token);
        Assert.Equal(1, (await VerifyAsync(directory, file, keyFile)).Code);

        await File.WriteAllTextAsync(file, "{}", Token);
        Assert.Equal(1, (await VerifyAsync(directory, file, keyFile)).Code);
    }

    [Fact]
    public async Task The_command_is_listed_and_says_what_it_needs()
    {
        await using var help = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "--help");
        Assert.Equal(0, await help.WaitForExitAsync(Token));
        Assert.Contains("verify-reserves FILE", help.Output, StringComparison.Ordinal);

        await using var bare = GatewayProcess.Start(GatewayProcess.NewDataDirectory(), "verify-reserves");
        Assert.Equal(1, await bare.WaitForExitAsync(Token));
        Assert.Contains("needs FILE", bare.Errors, StringComparison.Ordinal);
    }

    private static async Task<(string Proof, string Keys)> ReadAsync(string directory)
    {
        await using var gateway = await GatewayProcess.StartReadyAsync(directory);
        using var client = gateway.CreateClient();
        var demo = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(directory, "devnet.json"), Token))!;
        client.DefaultRequestHeaders.Authorization = new("Bearer", (string)demo["adminKey"]!);
        var proof = await WaitAsync(client);
        var own = JsonNode.Parse(proof)!;
        var published = JsonNode.Parse(await client.GetStringAsync(Published, Token))!["reserves"]!.AsArray();

        // The demo credit of 5 USD at 400 USD per TAO.
        Assert.Equal(12_500_000, (long)own["rao"]!);
        Assert.Equal(Assert.Single(published)!.ToJsonString(), own["reserves"]!.ToJsonString());
        Assert.Equal(1_000_000, (long)own["reserves"]!["ratio_ppm"]!);
        var day = (string)own["day"]!;
        Assert.Equal(proof, await client.GetStringAsync(new Uri($"{Own}/{day}", UriKind.Relative), Token));
        using var before = await client.GetAsync(new Uri($"{Own}/2020-01-01", UriKind.Relative), Token);
        Assert.Equal(HttpStatusCode.NotFound, before.StatusCode);

        var secret = await File.ReadAllTextAsync(Path.Combine(directory, "keys", $"reserves-{day}"), Token);
        Assert.DoesNotContain(secret.Trim(), proof, StringComparison.OrdinalIgnoreCase);
        var keys = await client.GetStringAsync(
            new Uri(".well-known/gateway-receipt-keys.json", UriKind.Relative), Token);
        await gateway.StopAsync();
        return (proof, keys);
    }

    // Publishing begins when the host has started, a moment after it says that it is ready.
    private static async Task<string> WaitAsync(HttpClient client)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await client.GetAsync(Own, Token);
            if (answer.IsSuccessStatusCode || tries == 100)
            {
                return await answer.EnsureSuccessStatusCode().Content.ReadAsStringAsync(Token);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Token);
        }
    }

    private static async Task<(int Code, JsonNode Output)> VerifyAsync(string directory, params string[] files)
    {
        await using var command = GatewayProcess.Start(directory, ["verify-reserves", .. files]);
        var code = await command.WaitForExitAsync(Token);
        return (code, JsonNode.Parse(command.Output)!);
    }
}
