using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Metadata;
using Gateway.ChainBridge.Scale;
using Gateway.DevNet.Faucet;
using Gateway.DevNet.Faults;
using Gateway.DevNet.JsonRpc;

namespace Gateway.DevNet.Tests.Chain;

/// <summary>The ports of the simulator: what they answer, and how they fail on request.</summary>
public sealed class PortTests : IDisposable
{
    private readonly TestChain _chain = new();
    private readonly ChainFaucet _faucet;
    private readonly PortView _view;

    public PortTests()
    {
        _faucet = new ChainFaucet(_chain.Chain);
        _view = NewPort();
    }

    public void Dispose()
    {
        _faucet.Dispose();
        _chain.Dispose();
    }

    [Fact]
    public void The_faucet_sends_a_real_transfer()
    {
        var before = _chain.Free("//Bob");
        var hash = (string)Ask(_view, "devnet_faucet", TestChain.Account("//Bob").ToString(), "12500000")["result"]!;
        _ = Ask(_view, "devnet_faucet", TestChain.Account("//Bob").ToString(), 500);
        var block = _chain.Chain.Produce();
        Assert.Equal(hash, Hash256.Of(block.Extrinsics[1]).ToString());
        Assert.Equal(before + 12_500_500, _chain.Free("//Bob"));
    }

    [Theory]
    [InlineData("extra", 2)]
    [InlineData("missing", 0)]
    [InlineData("altered", 1)]
    public void A_lying_port_tells_well_formed_events_that_the_other_port_does_not(string lie, int transfers)
    {
        _ = Ask(_view, "devnet_faucet", TestChain.Account("//Bob").ToString(), 700);
        _ = _chain.Chain.Produce();
        var liar = NewPort();
        _ = Ask(liar, "devnet_setPort", new JsonObject { ["events"] = lie });

        var told = Transfers(liar);
        Assert.Equal(transfers, told.Count);
        Assert.Equal(700UL, Assert.Single(Transfers(_view)));
        Assert.Equal(lie == "altered" ? 701UL : 700UL, told.FirstOrDefault(lie == "missing" ? 700UL : 0));
    }

    [Fact]
    public void Each_port_has_faults_of_its_own()
    {
        for (var i = 0; i < 5; i++)
        {
            _ = _chain.Chain.Produce();
        }

        var liar = NewPort();
        foreach (var fault in (string[])["lieHashes", "lieGenesis", "lieFinality", "garbageMetadata"])
        {
            _ = Ask(liar, "devnet_setPort", new JsonObject { [fault] = true });
        }

        foreach (var (method, values) in new (string, JsonNode[])[]
        {
            ("chain_getBlockHash", [0]), ("chain_getBlockHash", [2]), ("chain_getFinalizedHead", []),
            ("state_getMetadata", []),
        })
        {
            var (honest, lied) = (Ask(_view, method, values), Ask(liar, method, values));
            Assert.NotEqual((string)honest["result"]!, (string)lied["result"]!);
        }

        var garbage = Hex.Parse((string)Ask(liar, "state_getMetadata")["result"]!)!;
        _ = Assert.Throws<ScaleException>(() => MetadataReader.Read(garbage));
        Assert.Equal(_chain.Chain.At(2)!.Hash.ToString(), (string)Ask(_view, "chain_getBlockHash", 2)["result"]!);
    }

    [Fact]
    public void Pruned_states_and_gaps_answer_as_nodes_do()
    {
        for (var i = 0; i < 5; i++)
        {
            _ = _chain.Chain.Produce();
        }

        var hash = _chain.Chain.At(2)!.Hash.ToString();
        _ = Ask(_view, "devnet_setPort", new JsonObject { ["prunedBelow"] = 3 });
        Assert.Equal(4003, (int)Ask(_view, "state_getStorage", "0x00", hash)["error"]!["code"]!);
        Assert.NotNull(Ask(_view, "chain_getHeader", hash)["result"]);

        _ = Ask(_view, "devnet_setPort", new JsonObject { ["gap"] = new JsonArray(2, 3) });
        Assert.Null(Ask(_view, "chain_getHeader", hash)["result"]);
        Assert.Null(Ask(_view, "chain_getBlockHash", 3)["result"]);
        Assert.NotNull(Ask(_view, "chain_getBlockHash", 4)["result"]);
    }

    [Theory]
    [InlineData("devnet_reorg", "[11]")]
    [InlineData("devnet_upgrade", "[1]")]
    [InlineData("devnet_produce", "[0]")]
    [InlineData("devnet_faucet", """["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQZ", 1]""")]
    [InlineData("devnet_setChain", """[{"speed": 1}]""")]
    [InlineData("devnet_setPort", """[{"events": "strange"}]""")]
    [InlineData("state_getStorage", """["zz"]""")]
    [InlineData("chain_getBlockHash", """["ten"]""")]
    public void Parameters_out_of_range_are_refused_by_name(string method, string values) => Assert.Equal(
        RpcException.InvalidParams,
        (int)Ask(_view, method, [.. JsonNode.Parse(values)!.AsArray().Select(one => one!.DeepClone())])
            ["error"]!["code"]!);

    [Fact]
    public void Whatever_a_client_sends_the_answer_is_one_of_JSON_RPC()
    {
        string[] odd =
        [
            "{}", "[]", "[1,{}]", "null", "{\"method\":1}", "{\"id\":1,\"id\":1,\"method\":\"x\"}",
            "{\"id\":1,\"method\":\"state_call\"}", "{\"id\":1,\"method\":\"chain_subscribeNewHeads\"}",
            "{\"id\":{},\"method\":\"chain_getBlockHash\",\"params\":[[[]]]}",
            "{\"id\":1,\"method\":\"state_queryStorageAt\",\"params\":[[1]]}",
            "{\"id\":1,\"method\":\"author_submitExtrinsic\",\"params\":[\"0x\"]}",
            "{\"id\":1,\"method\":\"devnet_reorg\",\"params\":[4294967295]}",
            "{\"id\":1,\"method\":\"devnet_setPort\",\"params\":[{\"events\":7}]}",
        ];
        Gen.OneOf(Gen.Byte.Array[0, 60], Gen.Int[0, odd.Length - 1].Select(i => Encoding.UTF8.GetBytes(odd[i])))
            .Sample(text =>
            {
                var answer = RpcDispatcher.Answer(text, _view, subscriptions: null);
                Assert.NotEqual(RpcException.InternalError, answer is JsonObject ? (int?)answer["error"]?["code"] : 0);
                Assert.True(answer is null or JsonArray || answer["error"] is not null || answer["result"] is not null);
            });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_port_cuts_connections_off_at_a_message_or_in_the_middle_of_one(bool cutsFrames)
    {
        var ct = TestContext.Current.CancellationToken;
        await using var host = await SimulatedChain.StartAsync();
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(host.Endpoints[1], ct);
        var order = $$"""{"id":1,"method":"devnet_setPort","params":[{"disconnectEvery":2,"cutsFrames":{{(cutsFrames
            ? "true" : "false")}}}]}""";
        await socket.SendAsync(Encoding.UTF8.GetBytes(order), WebSocketMessageType.Text, endOfMessage: true, ct);
        Assert.True((await socket.ReceiveAsync(new ArraySegment<byte>(new byte[4096]), ct)).EndOfMessage);
        await socket.SendAsync(
            Encoding.UTF8.GetBytes("""{"id":2,"method":"system_chain"}"""), WebSocketMessageType.Text, true, ct);
        _ = await Assert.ThrowsAsync<WebSocketException>(async () =>
        {
            while (!(await socket.ReceiveAsync(new ArraySegment<byte>(new byte[4096]), ct)).EndOfMessage)
            {
                // Half a message came; the rest never does.
            }
        });

        using var other = new ClientWebSocket();
        await other.ConnectAsync(host.Endpoints[0], ct);
        Assert.Equal(WebSocketState.Open, other.State);
    }

    private static JsonNode Ask(PortView view, string method, params JsonNode[] values)
    {
        var request = new JsonObject
        {
            ["id"] = 1,
            ["method"] = method,
            ["params"] = new JsonArray([.. values.Select(value => value.DeepClone())]),
        };
        return RpcDispatcher.Answer(Encoding.UTF8.GetBytes(request.ToJsonString()), view, subscriptions: null)!;
    }

    private PortView NewPort() => new(_chain.Chain, new PortFaults(TimeProvider.System), _faucet);

    private List<ulong> Transfers(PortView view)
    {
        var key = Hex.Of(StorageKeys.Prefix("System", "Events"));
        var raw = Hex.Parse((string)Ask(view, "state_getStorage", key)["result"]!)!;
        return [.. EventScan.For(_chain.Runtime.Metadata, ("Balances", "Transfer")).Read(raw)
            .Select(one => one["amount"].ToUInt64())];
    }
}
