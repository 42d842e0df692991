using System.Globalization;
using System.Text.Json.Nodes;
using Gateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>The unmodified @polkadot/api 16.5.2 drives the simulator: a codec that our own side shares with the chain
/// cannot hide a mistake from it.</summary>
[Trait("Needs", "node")]
public sealed class PolkadotJsTests
{
    private static readonly string[] Ran = ["Ready", "InBlock", "Finalized"];

    [Fact]
    public async Task Constants_storage_old_states_and_heads_are_read()
    {
        var seen = await RunAsync("reading");

        Assert.Equal("DevNet simulator", (string)seen["chain"]!);
        Assert.EndsWith("-simulator", (string)seen["version"]!, StringComparison.Ordinal);
        Assert.Equal((224, "TAO", 9, "500"), ((int)seen["spec"]!, (string)seen["token"]!, (int)seen["decimals"]!,
            (string)seen["deposit"]!));
        Assert.Equal((6, 2, 0), ((int)seen["accounts"]!, (int)seen["several"]!, (int)seen["nonceByCall"]!));
        Assert.Equal([0, 1, 4], seen["subnets"]!.AsArray().Select(netuid => (int)netuid!));
        Assert.Equal((1, "set"), ((int)seen["oldNumber"]!, (string)seen["inherent"]!));
        Assert.Equal(["system.ExtrinsicSuccess"], Texts(seen["oldEvents"]));
        AssertRising(seen["heights"]!);
        AssertRising(seen["finals"]!);
        Assert.True((bool)seen["digest"]!);
    }

    [Fact]
    public async Task Headers_hash_to_what_the_node_calls_their_blocks()
    {
        var seen = await RunAsync("reading");
        Assert.Equal(Texts(seen["hashes"]), Texts(seen["asked"]));
        Assert.Equal((string)seen["parent"]!, (string)seen["headerHash"]!);
    }

    [Fact]
    public async Task Transfers_mortal_and_immortal_are_final_and_cost_what_was_quoted()
    {
        var seen = await RunAsync("transfers");
        foreach (var result in seen["results"]!.AsArray())
        {
            Assert.Equal(Ran, Texts(result!["steps"]));
            Assert.True((bool)result["exact"]!);
        }

        Assert.Equal(
            [
                "balances.Withdraw", "system.NewAccount", "balances.Endowed", "balances.Transfer", "balances.Deposit",
                "transactionPayment.TransactionFeePaid", "system.ExtrinsicSuccess",
            ],
            Texts(seen["results"]![0]!["events"]));
        Assert.Equal(12_345, (int)seen["tip"]!);
    }

    [Fact]
    public async Task A_transfer_of_everything_reaps_the_account_and_gives_it_nothing_back()
    {
        var seen = await RunAsync("transfers");
        Assert.Equal(
            [
                "balances.Withdraw", "system.KilledAccount", "balances.Transfer",
                "transactionPayment.TransactionFeePaid", "system.ExtrinsicSuccess",
            ],
            Texts(seen["emptied"]!["events"]));
        var left = JsonNode.Parse((string)seen["left"]!)!;
        Assert.Equal((0, 0, 0), ((int)left["nonce"]!, (int)left["providers"]!, (int)left["data"]!["free"]!));
    }

    [Fact]
    public async Task Refusals_have_the_names_and_codes_that_clients_judge_by()
    {
        var seen = await RunAsync("errors");
        Assert.Equal(["Future", "Ready", "InBlock", "Finalized"], Texts(seen["late"]));
        Assert.Equal(Ran, Texts(seen["early"]));
        Assert.Equal("FundsUnavailable", (string)seen["tooMuch"]!);
        Assert.Equal("BelowMinimum", (string)seen["tooLittle"]!);
        Assert.Equal("CallFiltered", (string)seen["notBuilt"]!["error"]!);
        foreach (var (what, reason) in new[]
        {
            ("signature", "bad signature"), ("genesis", "bad signature"), ("era", ""), ("garbage", "decoded"),
            ("stale", "outdated"), ("unfunded", "Inability to pay"),
        })
        {
            Assert.Equal((what, 1010), (what, (int)seen[what]!["code"]!));
            Assert.Contains(reason, (string)seen[what]!["message"]!, StringComparison.Ordinal);
        }

        Assert.Equal(-32601, (int)seen["method"]!["code"]!);
        Assert.Equal((4003, 4003), ((int)seen["runtimeApi"]!["code"]!, (int)seen["state"]!["code"]!));
    }

    [Fact]
    public async Task Batches_stop_undo_or_go_on_as_they_were_asked()
    {
        var seen = await RunAsync("batches");
        Assert.Equal(2, Texts(seen["whole"]!["events"]).Count(name => name == "balances.Transfer"));
        Assert.Equal("FundsUnavailable", (string)seen["failed"]!["error"]!);
        Assert.DoesNotContain("balances.Transfer", Texts(seen["failed"]!["events"]));
        Assert.Contains("utility.BatchInterrupted", Texts(seen["stopped"]!["events"]));
        Assert.Contains("utility.BatchCompletedWithErrors", Texts(seen["forced"]!["events"]));
        Assert.Equal("CallFiltered", (string)seen["nested"]!);

        // Two of the whole batch, one before the stop, one after the failure; none of the batch that was undone.
        Assert.Equal("4000000", (string)seen["received"]!);
    }

    [Fact]
    public async Task A_proxy_acts_for_another_within_its_kind()
    {
        var seen = await RunAsync("proxies");
        Assert.Equal("NotProxy", (string)seen["without"]!);
        Assert.Contains("proxy.ProxyAdded", Texts(seen["added"]));
        Assert.Equal(["balances.Transfer", "proxy.ProxyExecuted"],
            Texts(seen["acted"]).Where(name => name is "balances.Transfer" or "proxy.ProxyExecuted"));
        Assert.True((bool)seen["ok"]!);
        Assert.Equal("CallFiltered", (string)seen["narrow"]!);
        Assert.Equal(("93000000", "0", "2000000"),
            ((string)seen["held"]!, (string)seen["reserved"]!, (string)seen["received"]!));
    }

    [Fact]
    public async Task Two_of_three_signatories_sweep_two_derived_addresses()
    {
        var seen = await RunAsync("multisig");
        Assert.Equal("AlreadyApproved", (string)seen["twice"]!);
        Assert.Equal("MaxWeightTooLow", (string)seen["light"]!);
        Assert.Equal(("196000000", "0"), ((string)seen["reserved"]!, (string)seen["released"]!));
        Assert.Equal(2, Texts(seen["executed"]).Count(name => name == "balances.Transfer"));
        Assert.True((bool)seen["ok"]!);

        // 5,000,000 rao each, less the existential deposit that stays.
        Assert.Equal("9999000", (string)seen["cold"]!);
        Assert.Equal(["500", "500"], Texts(seen["left"]));
        Assert.Contains("multisig.MultisigCancelled", Texts(seen["cancelled"]));
    }

    [Fact]
    public async Task A_transaction_survives_a_reorg_and_is_final_in_its_new_block()
    {
        var seen = await RunAsync("reorg");
        Assert.Contains("Retracted", Texts(seen["steps"]));
        Assert.Equal("Finalized", Texts(seen["steps"])[^1]);
        Assert.True((bool)seen["moved"]! && (bool)seen["where"]! && (bool)seen["canonical"]!);
    }

    [Fact]
    public async Task An_upgrade_from_219_to_224_changes_calls_and_keeps_old_blocks_readable()
    {
        var seen = await RunAsync("upgrade", specVersion: 219);
        Assert.Equal((219, 2), ((int)seen["before"]!["spec"]!, (int)seen["before"]!["stake"]!));
        Assert.Equal((224, 3), ((int)seen["after"]!["spec"]!, (int)seen["after"]!["stake"]!));
        Assert.Contains("balances.Transfer", Texts(seen["oldEvents"]));
        Assert.Contains("balances.Transfer", Texts(seen["after"]!["events"]));
    }

    [Fact]
    public async Task Neurons_are_read_and_a_stranger_registers_serves_stakes_and_sets_weights()
    {
        var options = new DevNetOptions(42, []) { BlockTime = TimeSpan.FromMilliseconds(50) };
        await using var network = await DevNetwork.StartAsync(
            options, TimeProvider.System, NullLoggerFactory.Instance, TestContext.Current.CancellationToken);
        var seen = await NodeScript.RunAsync(
            "polkadot.mjs", [network.ChainEndpoints[0].ToString(), "neurons"], TestContext.Current.CancellationToken);

        Assert.Equal(11, (int)seen["count"]!);
        Assert.Equal((network.Miners[0].Hotkey.Ss58, 0x7f000001, network.Miners[0].Axon.Port),
            ((string)seen["miner"]!, (int)seen["ip"]!, (int)seen["port"]!));
        Assert.All(seen["permits"]!.AsArray().Skip(8).Take(3), permit => Assert.True((bool)permit!));
        Assert.Equal((11, "0"), ((int)seen["uid"]!, (string)seen["free"]!));
        Assert.Contains("subtensorModule.NeuronRegistered", Texts(seen["registered"]));
        Assert.Equal(
            ["subtensorModule.AxonServed", "transactionPayment.TransactionFeePaid", "system.ExtrinsicSuccess"],
            Texts(seen["served"]));
        Assert.Equal(0x01020304, (int)seen["newAxon"]!);
        Assert.Contains("subtensorModule.StakeAdded", Texts(seen["staked"]));
        Assert.True(long.Parse((string)seen["alpha"]!, CultureInfo.InvariantCulture) > 4_000_000_000);
        Assert.Contains("subtensorModule.WeightsSet", Texts(seen["weights"]));
        Assert.Contains((string)seen["refused"]!, new[] { "NeuronNoValidatorPermit", "SettingWeightsTooFast" });
    }

    private static async Task<JsonNode> RunAsync(string scenario, uint specVersion = 224)
    {
        await using var chain = await SimulatedChain.StartAsync(specVersion);
        return await NodeScript.RunAsync(
            "polkadot.mjs", [chain.Endpoints[0].ToString(), scenario], TestContext.Current.CancellationToken);
    }

    private static string[] Texts(JsonNode? list) => [.. list!.AsArray().Select(text => (string)text!)];

    private static void AssertRising(JsonNode list)
    {
        var heights = list.AsArray().Select(height => (int)height!).ToArray();
        Assert.Equal(Enumerable.Range(heights[0], heights.Length), heights);
    }
}
