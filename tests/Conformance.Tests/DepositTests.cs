using System.Text.Json.Nodes;
using Gateway.Testing;

namespace Gateway.Conformance.Tests;

/// <summary>The unmodified @polkadot/api pays to a deposit address of a real gateway process.</summary>
[Trait("Needs", "node")]
public sealed class DepositTests
{
    private const long EachNanoUsd = 2_000_000_000;

    [Fact]
    public async Task Whatever_pays_it_a_deposit_is_credited_once_and_not_before_it_is_final()
    {
        await using var gateway = await GatewayProcess.StartReadyAsync(GatewayProcess.NewDataDirectory());

        var seen = await GatewayScript.RunAsync(
            "deposits.mjs", gateway, gateway.AdminKey, (string)gateway.DevNet["chainUrl"]!);

        Assert.True((bool)seen["listed"]!);
        Assert.Equal(("seen", null), ((string)seen["waiting"]!["state"]!, (string?)seen["waiting"]!["credit"]));
        Assert.Equal(["seen"], Texts(seen["waiting"]!["now"]!));
        Assert.Equal(0, (long)seen["gainedBefore"]!);

        // Plain, twice in one batch_all, by a proxy, by two of three signatories: 0.005 TAO each, at 400 USD.
        Assert.Equal(Enumerable.Repeat("credited", 5), Texts(seen["states"]!));
        Assert.Equal(Enumerable.Repeat(EachNanoUsd, 5), seen["credits"]!.AsArray().Select(credit => (long)credit!));
        Assert.Equal(5, (int)seen["ids"]!);
        Assert.Equal(5 * EachNanoUsd, (long)seen["gained"]!);
        Assert.Equal(["400.00"], Texts(seen["rates"]!));
    }

    [Fact]
    public async Task A_kill_at_any_moment_neither_loses_a_deposit_nor_gives_twice()
    {
        var directory = GatewayProcess.NewDataDirectory();
        const int Sigkill = 9;
        for (var round = 0; round < 3; round++)
        {
            await using var gateway = await GatewayProcess.StartReadyAsync(directory);
            using var client = gateway.CreateClient();
            gateway.Signal(Sigkill);
            _ = await gateway.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        await using var last = await GatewayProcess.StartReadyAsync(directory);
        using var reader = last.CreateClient();
        var credits = JsonNode.Parse(await reader.GetStringAsync(
            new Uri("v1/credits", UriKind.Relative), TestContext.Current.CancellationToken))!["data"]!;
        Assert.Equal(5_000_000_000, (long)credits["total_credits_nusd"]!);
    }

    private static string[] Texts(JsonNode list) => [.. list.AsArray().Select(text => (string)text!)];
}
