using System.Text.Json;
using Gateway.ChainBridge.Blocks;
using Gateway.ChainBridge.Rpc;
using Gateway.ChainBridge.Scale;
using Gateway.ChainBridge.Tests.Metadata;

namespace Gateway.ChainBridge.Tests.Rpc;

public sealed class NodeApiTests
{
    private static readonly Hash256 At = Hash256.Of([1]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_header_is_read_with_its_notes()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("chain_getHeader", parameters => parameters[0].GetString() == At.ToString()
            ? $$"""
              {"parentHash":"{{At}}","number":"0x4abe18","stateRoot":"{{At}}","extrinsicsRoot":"{{At}}",
               "digest":{"logs":["0x066175726120e0f57b1100000000","0x08"]} }
              """
            : "null");
        await using var running = new RunningEndpoint(node);

        var header = await running.Node.HeaderAsync(At, Token);

        Assert.NotNull(header);
        Assert.Equal(4_898_328u, header.Number);
        Assert.Equal([DigestKind.PreRuntime, DigestKind.RuntimeUpdated], header.Digest.Select(note => note.Kind));
        Assert.Null(await running.Node.HeaderAsync(Hash256.Of([2]), Token));
    }

    [Theory]
    [InlineData("""{"parentHash":"0x00"}""")]
    [InlineData("""{"number":"0x1ffffffff"}""")]
    [InlineData("""{"number":"4898328"}""")]
    [InlineData("""{"digest":{"logs":["0x07"]}}""")]
    [InlineData("""{"digest":{"logs":["0x0800"]}}""")]
    [InlineData("""{"digest":[]}""")]
    [InlineData("""{}""")]
    [InlineData("7")]
    public async Task Half_a_header_is_garbage(string json)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("chain_getHeader", _ => json);
        await using var running = new RunningEndpoint(node);
        var failure = await Assert.ThrowsAsync<RpcException>(() => running.Node.HeaderAsync(At, Token));
        Assert.Equal(RpcFault.Garbage, failure.Fault);
    }

    [Fact]
    public async Task A_block_brings_its_extrinsics()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("chain_getBlock", _ => $$"""
            {"block":{"header":{"parentHash":"{{At}}","number":"0x1","stateRoot":"{{At}}","extrinsicsRoot":"{{At}}",
             "digest":{"logs":[]} },"extrinsics":["0x0401","0x280403"]},"justifications":null}
            """);
        await using var running = new RunningEndpoint(node);

        var block = await running.Node.BlockAsync(At, Token);

        Assert.Equal(1u, block!.Header.Number);
        Assert.Equal(["0401", "280403"], block.Extrinsics.Select(Convert.ToHexStringLower));
    }

    [Fact]
    public async Task Values_come_in_the_order_of_the_keys()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("state_queryStorageAt", parameters =>
        {
            Assert.Equal("""["0x01","0x02","0x03"]""", parameters[0].GetRawText());
            return $$"""[{"block":"{{At}}","changes":[["0x03",null],["0x01","0xaa"],["0x02","0x"]]}]""";
        });
        await using var running = new RunningEndpoint(node);

        var values = await running.Node.StorageAsync([[1], [2], [3]], At, Token);

        Assert.Equal([[0xaa], [], null], values);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""[{"changes":[["0x01","0xaa"]]}]""")]
    [InlineData("""[{"changes":[["0x01","0xaa"],["0x02","0xbb"]]},{"changes":[]}]""")]
    [InlineData("""[{"changes":[["0x01","0xaa"],["0x02"]]}]""")]
    [InlineData("""[{"changes":[["0x01","0xa"],["0x02","0xbb"]]}]""")]
    public async Task A_question_half_answered_is_garbage(string json)
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Answer("state_queryStorageAt", _ => json);
        await using var running = new RunningEndpoint(node);
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => running.Node.StorageAsync([[1], [2]], At, Token));
        Assert.Equal(RpcFault.Garbage, failure.Fault);
    }

    [Fact]
    public async Task Too_many_keys_are_not_asked()
    {
        await using var node = await ScriptedNode.StartAsync();
        await using var running = new RunningEndpoint(node);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(
            () => running.Node.StorageAsync([.. Enumerable.Repeat<byte[]>([1], 501)], At, Token));
    }

    [Theory]
    [InlineData("Metadata_metadata_at_version")]
    [InlineData("state_getMetadata")]
    public async Task Metadata_is_fetched_once_for_a_runtime(string source)
    {
        await using var node = await ScriptedNode.StartAsync();
        var fetched = Serve(node, source);
        await using var running = new RunningEndpoint(node);
        var runtimes = new RuntimeSource();

        var first = await runtimes.AtAsync(running.Node, At, Token);
        var second = await runtimes.AtAsync(running.Node, Hash256.Of([2]), Token);

        Assert.Same(first, second);
        Assert.Equal([source], fetched);
        Assert.Equal((224u, 1u), (first.SpecVersion, first.TransactionVersion));
        Assert.Equal(ScriptedNode.Genesis, first.Genesis.ToString());
        Assert.Equal(2, first.Metadata.Event("Balances", "Transfer").Index);
    }

    [Fact]
    public async Task An_upgrade_brings_other_metadata()
    {
        await using var node = await ScriptedNode.StartAsync();
        _ = Serve(node, "state_getMetadata");
        await using var running = new RunningEndpoint(node);
        var runtimes = new RuntimeSource();
        var before = await runtimes.AtAsync(running.Node, At, Token);

        node.Answer(
            "state_getRuntimeVersion",
            _ => """{"specName":"node-subtensor","specVersion":225,"transactionVersion":1}""");

        var after = await runtimes.AtAsync(running.Node, At, Token);
        Assert.NotSame(before, after);
        Assert.Equal(225u, after.SpecVersion);
        Assert.Same(after, await runtimes.AtAsync(running.Node, At, Token));
    }

    [Fact]
    public async Task Metadata_that_does_not_read_is_garbage()
    {
        await using var node = await ScriptedNode.StartAsync();
        node.Refuse("state_call", RpcErrorCode.StateUnavailable, "no such function");
        node.Answer("state_getMetadata", _ => "\"0x6d6574610d\"");
        await using var running = new RunningEndpoint(node);
        var failure = await Assert.ThrowsAsync<RpcException>(
            () => new RuntimeSource().AtAsync(running.Node, At, Token));
        Assert.Equal(RpcFault.Garbage, failure.Fault);
    }

    private static List<string> Serve(ScriptedNode node, string source)
    {
        var fetched = new List<string>();
        var hex = Convert.ToHexStringLower(Runtimes.Spec224Bytes);
        node.Answer("state_getMetadata", _ =>
        {
            fetched.Add("state_getMetadata");
            return $"\"0x{hex}\"";
        });
        if (source == "state_getMetadata")
        {
            node.Refuse("state_call", RpcErrorCode.StateUnavailable, "no such function");
            return fetched;
        }

        // The runtime also offers a version nobody knows yet.
        node.Answer("state_call", parameters => parameters[0].GetString() == "Metadata_metadata_versions"
            ? "\"0x080e000000ffffffff\""
            : AtVersion(parameters, fetched));
        return fetched;
    }

    private static string AtVersion(JsonElement parameters, List<string> fetched)
    {
        Assert.Equal("0x0e000000", parameters[1].GetString());
        fetched.Add(parameters[0].GetString()!);
        var writer = new ScaleWriter();
        writer.WriteOption(true);
        writer.WriteByteList(Runtimes.Spec224Bytes);
        return $"\"0x{Convert.ToHexStringLower(writer.Written)}\"";
    }
}
